"""Extracts one chunk: samples its frames in the sandbox, publishes them, and closes its books."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from services.extractor.fetching.cache import VideoCache
from services.extractor.fetching.remote import RemoteVideo
from services.extractor.following.edges import find_edges
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, RejectedFrame, Sampled, SampledFrame, Span
from services.extractor.publisher import FramePublisher, FrameQueues, frame_ready, tracing
from shared.messaging.endings import Reject
from shared.messaging.expect import expect
from shared.messaging.messages import (
    UNREACHED,
    ChunkExtracted,
    ChunkPlanned,
    FoundEdge,
    FrameReady,
    ScreenedFrame,
    SkippedInstants,
)
from shared.messaging.queue import Message, Queue
from shared.storage.objects import Address, ObjectChanged, ObjectDenied, ObjectMissing, ObjectStore
from shared.telemetry import logs, metrics
from shared.videos.ledger import Counting
from shared.videos.timecode import frame_of_key
from shared.videos.wanted import Wanted


class ChunkHandler:
    """Handles `ChunkPlanned`; a repeated chunk publishes the same frames under the same names."""

    def __init__(
        self,
        objects: ObjectStore,
        frames_bucket: str,
        cache: VideoCache,
        sandbox: Sandbox,
        frames: FrameQueues,
        results: Queue,
        books: Counting,
        wanted: Wanted,
    ) -> None:
        self._objects = objects
        self._frames_bucket = frames_bucket
        self._cache = cache
        self._sandbox = sandbox
        self._frames = frames
        self._results = results
        self._books = books
        self._wanted = wanted

    async def __call__(self, message: Message) -> None:
        chunk = expect(message, ChunkPlanned)
        with logs.context(video_id=chunk.video_id, chunk=chunk.chunk):
            if await self._wanted.wants(chunk.video_id):
                extracted = await (self._find_edges(chunk) if chunk.edges else self._extract(chunk))
                await self._results.send([extracted.body()])

    async def give_up(self, message: Message, reason: str) -> None:
        """Close the books over the frames that earlier attempts uploaded, so that none of them is lost."""
        try:
            chunk = expect(message, ChunkPlanned)
        except Reject:
            return
        extracted = (
            _without_frames(chunk)
            if chunk.edges
            else await self._settle(chunk, 0, Counter(), f"extraction {reason}")
        )
        await self._results.send([extracted.body()])

    async def _find_edges(self, chunk: ChunkPlanned) -> ChunkExtracted:
        try:
            video = await self._cache.find(chunk.source)
            return _without_frames(chunk, await find_edges(self._sandbox, video, chunk))
        except (ObjectMissing, ObjectDenied, ObjectChanged):
            return _without_frames(chunk)  # what was sampled stands without

    async def _extract(self, chunk: ChunkPlanned) -> ChunkExtracted:
        try:
            video = await self._cache.find(chunk.source)
            return await self._publish(chunk, video)
        except (ObjectMissing, ObjectDenied, ObjectChanged) as error:
            return await self._settle(chunk, 0, Counter(), f"the video could not be fetched: {error}")

    async def _publish(self, chunk: ChunkPlanned, video: RemoteVideo) -> ChunkExtracted:
        frames = self._sampled(chunk, video)
        skipped: Counter[str] = Counter()
        screened: list[ScreenedFrame] = []
        damage: str | None = None
        publisher = FramePublisher(chunk, self._objects, self._frames_bucket, self._frames, self._books)
        async with publisher, aclosing(frames):
            try:
                async for item in frames:
                    if isinstance(item, SampledFrame):
                        await publisher.add(item)
                        continue
                    skipped[item.reason] += 1
                    if isinstance(item, RejectedFrame):
                        screened.append(_screened(item))
            except BadVideo as error:
                damage = str(error)
            await publisher.finish()
        if damage:
            return await self._settle(chunk, publisher.published, skipped, damage, screened)
        return _books(chunk, publisher.published, skipped, damage, screened)

    async def _sampled(self, chunk: ChunkPlanned, video: RemoteVideo) -> AsyncGenerator[Sampled, None]:
        sampling = chunk.sampling
        encoding = Encoding(
            format=sampling.image_format,
            quality=sampling.quality,
            deinterlace=sampling.deinterlace,
            square_pixels=sampling.square_pixels,
            for_rekognition=True,
        )
        step = sampling.step / chunk.grid
        # Of single instants none can repeat another that was kept.
        dedup = sampling.dedup and not chunk.wanted
        for span in _spans(chunk):
            visit = self._sandbox.frames(video, span, step, encoding, sampling.screening, dedup)
            async with aclosing(visit):
                async for item in visit:
                    yield item

    async def _settle(
        self,
        chunk: ChunkPlanned,
        announced: int,
        skipped: Counter[str],
        damage: str,
        screened: Sequence[ScreenedFrame] = (),
    ) -> ChunkExtracted:
        """Close the books over every frame in S3: an earlier attempt may have come further than this one."""
        uploaded = await self._uploaded(chunk)
        # Every attempt publishes the same frames in the same order, so this one's are the first.
        left = uploaded[announced:]
        with tracing(left) as traces:
            await self._frames.announce(chunk, left, traces)
        return _books(chunk, len(uploaded), skipped, damage, screened)

    async def _uploaded(self, chunk: ChunkPlanned) -> list[FrameReady]:
        frames, instants = [], set(chunk.instants)
        async for key in self._objects.keys(self._frames_bucket, f"frames/{chunk.video_id}/"):
            timestamp_ms, instant, grid = frame_of_key(key)
            if grid == chunk.grid and instant in instants:
                at = Address(self._frames_bucket, key)
                frames.append(frame_ready(chunk, instant, timestamp_ms, at))
        return frames


def _spans(chunk: ChunkPlanned) -> Iterator[Span]:
    """The runs of instants that a chunk wants."""
    first = stop = chunk.instants[0]
    for instant in chunk.instants:
        if instant != stop:
            yield Span(first, stop)
            first = instant
        stop = instant + 1
    yield Span(first, stop)


def _screened(frame: RejectedFrame) -> ScreenedFrame:
    return ScreenedFrame(
        instant=frame.instant,
        timestamp_ms=frame.pts_ms,
        reason=frame.reason,
        measure=round(frame.measure, 3),
        same_as=frame.same_as,
    )


def _without_frames(chunk: ChunkPlanned, edges: tuple[FoundEdge, ...] = ()) -> ChunkExtracted:
    return ChunkExtracted(video_id=chunk.video_id, chunk=chunk.chunk, sampled=0, published=0, edges=edges)


def _books(
    chunk: ChunkPlanned,
    published: int,
    skipped: Counter[str],
    damage: str | None,
    screened: Sequence[ScreenedFrame],
) -> ChunkExtracted:
    """sampled = published + skipped, whatever happened: instants without an outcome were not reached."""
    sampled = len(chunk.instants)
    unreached = sampled - published - skipped.total()
    reasons = skipped + Counter({UNREACHED: unreached})
    metrics.instants_skipped.inc(reasons.total())
    return ChunkExtracted(
        video_id=chunk.video_id,
        chunk=chunk.chunk,
        sampled=sampled,
        published=published,
        skipped=tuple(SkippedInstants(reason=reason, count=n) for reason, n in sorted(reasons.items())),
        screened=tuple(screened),
        damage=damage,
    )
