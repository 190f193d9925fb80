"""A video's whole life in messages, and the fakes that an aggregator writes it down in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import cv2
import numpy as np

from services.aggregator.finishing import Finisher
from services.aggregator.handler import ResultHandler
from services.aggregator.outcome.reading import Entry, ResultReader
from services.aggregator.outcome.summary import Outcome, scenes, summarise
from services.aggregator.stills import FrameReader
from shared.config.options import Options, Sampling
from shared.messaging.messages import (
    BoundingBox,
    ChunkExtracted,
    Detection,
    FrameDetected,
    FrameFailed,
    FrameResult,
    Result,
    SkippedInstants,
    Source,
)
from shared.messaging.queue import Message
from shared.storage.objects import Address
from shared.videos.ledger import Chunk, State, Video
from shared.videos.timecode import frame_key
from tests.fakes import FakeAnnouncer, FakeLedger, FakeObjects, FakeQueue

ID = "cup-1"
BUCKET = "logostream-results"
FRAMES = "logostream-frames"
PER_CHUNK = 4  # sampling instants, half a second apart


def logo(label: str, left: float = 0.1, width: float = 0.3) -> Detection:
    return Detection(
        label=label, confidence=90.0, box=BoundingBox(left=left, top=0.2, width=width, height=0.25)
    )


def detected(instant: int, *labels: str, chunk: int | None = None) -> FrameDetected:
    return FrameDetected(
        video_id=ID,
        chunk=instant // PER_CHUNK if chunk is None else chunk,
        instant=instant,
        timestamp_ms=500 * instant,
        model="v1",
        detections=tuple(logo(label) for label in labels),
        latency_ms=80,
    )


def failed(instant: int, reason: str = "the image is too large") -> FrameFailed:
    return FrameFailed(
        video_id=ID,
        chunk=instant // PER_CHUNK,
        instant=instant,
        timestamp_ms=500 * instant,
        reason=reason,
    )


def extracted(
    chunk: int, published: int = PER_CHUNK, reason: str = "the same frame", damage: str | None = None
) -> ChunkExtracted:
    skipped = PER_CHUNK - published
    return ChunkExtracted(
        video_id=ID,
        chunk=chunk,
        sampled=PER_CHUNK,
        published=published,
        skipped=(SkippedInstants(reason=reason, count=skipped),) if skipped else (),
        damage=damage,
    )


def a_life() -> list[Result]:
    """Three chunks with all that can befall a frame."""
    return [
        extracted(0),
        *[detected(0), detected(1, "Acme"), detected(2, "Acme", "Bolt"), failed(3)],
        extracted(1, published=3),
        *[detected(4, "Bolt"), detected(5, "Acme", "Acme"), detected(6)],
        extracted(2, published=2, damage="frames near 5.0 s are damaged"),
        *[detected(8, "Curio"), detected(9, "Curio")],
    ]


def by(detector: str, *results: Result) -> list[FrameResult]:
    """The same results of the frames among these, as this detector reports them."""
    frames = [result for result in results if isinstance(result, FrameDetected | FrameFailed)]
    return [frame.model_copy(update={"detector": detector}) for frame in frames]


def video(chunks: int, state: State = State.EXTRACTING, detectors: tuple[str, ...] = ("logos",)) -> Video:
    return Video(
        video_id=ID,
        source=Source(bucket="videos", key="in/cup.mp4", version="1"),
        options=Options(sampling=Sampling(interval=Decimal("0.5")), detectors=detectors),
        state=state,
        created_at=1000.0,
        deadline_at=8200.0,
        duration_ms=500 * PER_CHUNK * chunks,
        width=1280,
        height=720,
        instants=PER_CHUNK * chunks,
        chunks=chunks,
    )


class Office:
    """The ledger and the results bucket, with one planned video; any number of aggregators work here."""

    def __init__(self, chunks: int = 3, detectors: tuple[str, ...] = ("logos",)) -> None:
        self.ledger = FakeLedger()
        self.objects = FakeObjects()
        self.announcer = FakeAnnouncer()
        self.asked = FakeQueue("chunks")
        self.chunks = chunks
        self.detectors = detectors

    async def plan(self) -> Office:
        rows = [Chunk(number, PER_CHUNK, detectors=self.detectors) for number in range(self.chunks)]
        await self.ledger.plan(video(self.chunks, detectors=self.detectors), rows)
        for instant in range(PER_CHUNK * self.chunks):
            key = frame_key(ID, 500 * instant, instant, "jpg")
            self.objects.hold(Address(FRAMES, key), picture(instant), "image/jpeg")
        return self

    def handler(self, connection: FakeObjects | None = None) -> ResultHandler:
        objects = connection or self.objects
        finisher = Finisher(self.ledger, objects, FrameReader(objects, FRAMES), BUCKET)
        return ResultHandler(
            self.ledger, self.ledger, self.ledger, finisher, self.announcer, BUCKET, self.asked
        )

    def slow_connection(self, latency: float) -> FakeObjects:
        """The same objects, for one for whom each call takes so many seconds."""
        slow = FakeObjects()
        slow.stored, slow.faults.latency = self.objects.stored, latency
        return slow

    async def enter(self, results: Sequence[Result]) -> None:
        handler = self.handler()
        for result in results:
            await handler(message(result))

    async def enter_side_by_side(self, results: Sequence[Result], aggregators: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            for n in range(aggregators):
                tasks.create_task(self.enter(results[n::aggregators]))

    @property
    def video(self) -> Video:
        return self.ledger.videos[ID]

    @property
    def files(self) -> dict[str, bytes]:
        """The results written so far, by name."""
        return {
            address.key.rpartition("/")[2]: held.body
            for address, held in self.objects.stored.items()
            if address.bucket == BUCKET
        }


def message(result: Result) -> Message:
    return Message("m", result.body(), "r", 1, 0.0)


@cache
def picture(instant: int) -> bytes:
    """A small frame with edges where the logos are."""
    image = np.full((72, 128, 3), 40 + 5 * (instant % PER_CHUNK), np.uint8)
    image[14:32, 13:51] = 220
    return np.asarray(cv2.imencode(".jpg", image)[1]).tobytes()


def entries(video: Video, chunks: Sequence[Chunk], results: Sequence[FrameResult]) -> list[Entry]:
    """What is reported of every frame."""
    reading = ResultReader(video, chunks)
    return [*[entry for result in results for entry in reading.add(result)], *reading.rest()]


def outcome_of(video: Video, chunks: Sequence[Chunk], results: Sequence[FrameResult]) -> Outcome:
    """What the results amount to, when no frame can be looked at."""
    reading = ResultReader(video, chunks)
    for result in results:
        reading.add(result)
    reading.rest()
    return summarise(video, chunks, reading.tallies, scenes(video, chunks, reading), {})
