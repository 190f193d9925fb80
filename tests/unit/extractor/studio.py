"""What the extractor's handlers work with, as fakes: a sandbox that plays a script, and the rest."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from services.extractor.fetching.cache import VideoCache
from services.extractor.fetching.remote import AnyVideo, RemoteVideo
from services.extractor.handler import ChunkHandler
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import (
    BadVideo,
    Encoding,
    RejectedFrame,
    Sampled,
    SampledFrame,
    SkippedInstant,
    Span,
    VideoProbe,
)
from services.extractor.orientation import Image
from services.extractor.pictures.encode import encode
from services.extractor.plan import PlanHandler
from services.extractor.publisher import FrameQueues
from services.extractor.settings import ExtractorSettings
from shared.config.options import Options
from shared.config.screening import Screening
from shared.messaging.messages import AnyMessage, ChunkPlanned, Source, parse
from shared.messaging.queue import Message
from shared.storage.objects import Address
from shared.videos.wanted import Wanted
from tests.fakes import FakeAnnouncer, FakeLedger, FakeObjects, FakeQueue
from tests.fakes.objects import Stored

BUCKET = "logostream-frames"
SAME = "the same frame as an earlier instant"
PROBE = VideoProbe(
    container="mp4",
    codec="h264",
    width=1280,
    height=720,
    duration=Fraction(25),
    time_base=Fraction(1, 12800),
    start=Fraction(0),
    frame_rate=Fraction(25),
    rotation=0,
)


def sampled(instant: int) -> SampledFrame:
    """The frame of an instant, one second apart."""
    return SampledFrame(
        instant=instant,
        pts=12800 * instant,
        time_base=Fraction(1, 12800),
        timestamp=Fraction(instant),
        pts_ms=1000 * instant,
        width=1280,
        height=720,
        data=f"picture {instant}".encode(),
    )


class FakeSandbox(Sandbox):
    """Plays one video. Knobs: `refusal` of the whole video, `same` instants that give no frame of their
    own, `dark` ones that are rejected, `lasts`, its seconds, `breaks_at`, the instant from which on nothing
    can be read, and `film`, what is really to be seen at each instant, if anything is."""

    def __init__(self) -> None:
        self.refusal: str | None = None
        self.same: frozenset[int] = frozenset()
        self.dark: frozenset[int] = frozenset()
        self.lasts = PROBE.duration
        self.breaks_at: int | None = None
        self.film: Mapping[int, Image] | None = None
        self.probes = 0

    async def probe(self, video: AnyVideo) -> VideoProbe:
        assert isinstance(video, RemoteVideo)
        async with video.opened() as reading:
            assert await reading.read(0, 5) == b"video"
        self.probes += 1
        if self.refusal:
            raise BadVideo(self.refusal)
        return replace(PROBE, duration=self.lasts)

    async def frames(
        self,
        video: AnyVideo,
        span: Span,
        interval: Fraction,
        encoding: Encoding,
        screening: Screening | None = None,
        dedup: bool = False,
    ) -> AsyncGenerator[Sampled, None]:
        for instant in range(span.first, span.stop):
            if instant == self.breaks_at:
                raise BadVideo(f"the video breaks off at {instant} s")
            if instant in self.same:
                yield SkippedInstant(instant, SAME)
            elif instant in self.dark:
                yield RejectedFrame(instant, 1000 * instant, "too dark", 3.0, None, b"")
            elif self.film is None:
                yield sampled(instant)
            elif instant in self.film:
                yield replace(sampled(instant), data=encode(self.film[instant], encoding))


class Studio:
    """One extractor on fakes, with the video `videos/in/cup.mp4` in the bucket."""

    def __init__(self, folder: Path) -> None:
        self.objects = FakeObjects()
        self.ledger = FakeLedger()
        self.announcer = FakeAnnouncer()
        self.sandbox = FakeSandbox()
        self.chunks = FakeQueue("chunks")
        self.frames = FakeQueue("frames-logos")
        self.words = FakeQueue("frames-words")
        self.results = FakeQueue("results")
        self.cache = VideoCache(self.objects, folder, kept=4)
        self.settings = ExtractorSettings(chunk_seconds=10)
        self.source = self.put_video("in/cup.mp4")

    def put_video(self, key: str) -> Source:
        stored = Stored(f"video {key}".encode(), "video/mp4", {})
        self.objects.stored[Address("videos", key)] = stored
        return Source(bucket="videos", key=key, version=stored.version)

    def chunk(self, first: int = 0, stop: int = 25) -> ChunkPlanned:
        return ChunkPlanned(
            video_id="cup-1", chunk=0, first=first, stop=stop, source=self.source, options=Options()
        )

    def planner(self) -> PlanHandler:
        reading = (self.cache, self.sandbox)
        return PlanHandler(self.settings, self.objects, *reading, self.ledger, self.chunks, self.announcer)

    def decoder(self) -> ChunkHandler:
        return ChunkHandler(
            self.objects,
            BUCKET,
            self.cache,
            self.sandbox,
            FrameQueues({"logos": self.frames, "words": self.words}),
            self.results,
            self.ledger,
            Wanted(self.ledger),
        )

    @property
    def uploaded(self) -> Mapping[str, Stored]:
        """The frames in the bucket, by key."""
        return {
            address.key: held for address, held in self.objects.stored.items() if address.bucket == BUCKET
        }


def sent(queue: FakeQueue) -> list[AnyMessage]:
    """All messages that were ever sent to a queue, in order."""
    return [parse(body) for body, _ in queue.sent]


def message(body: str) -> Message:
    return Message("m", body, "r", 1, 0.0)


def event(*keys: str) -> str:
    """S3's event, cut down to what all versions of its format hold."""
    return json.dumps(
        {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "eventName": "ObjectCreated:Put",
                    "s3": {
                        "bucket": {"name": "videos", "arn": "arn:aws:s3:::videos"},
                        "object": {"key": key, "size": 1024, "eTag": "d41d8cd9"},
                    },
                }
                for key in keys
            ]
        }
    )
