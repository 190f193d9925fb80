"""Uploads sampled frames and announces them: one message per frame, sent only once the frame lies in S3."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from services.extractor.media import SampledFrame
from shared.messaging.endings import Retry
from shared.messaging.messages import ChunkPlanned, FrameReady
from shared.messaging.queue import Queue
from shared.storage.objects import Address, ObjectStore
from shared.telemetry import metrics
from shared.telemetry.tracing import Facts, Traces, tracer
from shared.videos.ledger import Counting
from shared.videos.timecode import frame_key, frame_name

UNKNOWN_PAUSE = 60.0  # seconds, for somebody to name the detector
BATCH = 10  # frames uploaded side by side and announced in one request


class FrameQueues:
    """The queues of all detectors, by name."""

    def __init__(self, queues: Mapping[str, Queue]) -> None:
        self._queues = queues

    async def announce(self, chunk: ChunkPlanned, frames: Sequence[FrameReady], traces: Traces) -> None:
        """Tell each of the video's detectors of frames; raises `Retry` for one that is not configured."""
        for name in chunk.options.detectors:
            if name not in self._queues:
                raise Retry(f"no detector is named {name}: add it to LOGOSTREAM_DETECTORS", UNKNOWN_PAUSE)
            bodies = [frame.model_copy(update={"detector": name}).body() for frame in frames]
            await self._queues[name].send(bodies, chunk.video_id, traces)


def frame_ready(chunk: ChunkPlanned, instant: int, timestamp_ms: int, at: Address) -> FrameReady:
    """The message on a frame that lies in S3."""
    return FrameReady(
        video_id=chunk.video_id,
        chunk=chunk.chunk,
        instant=instant,
        timestamp_ms=timestamp_ms,
        bucket=at.bucket,
        key=at.key,
        deadline_at=chunk.deadline_at,
        grid=chunk.grid,
    )


def tracing(frames: Sequence[FrameReady]) -> AbstractContextManager[Traces]:
    """A trace of its own for each frame, from here on."""
    facts: list[Facts] = [
        {"video_id": frame.video_id, "chunk": frame.chunk, "timestamp_ms": frame.timestamp_ms}
        for frame in frames
    ]
    return tracer().beginning("publish frame", facts)


class FramePublisher:
    """Publishes the frames of one chunk; while one batch is uploaded the next is decoded."""

    def __init__(
        self, chunk: ChunkPlanned, objects: ObjectStore, bucket: str, frames: FrameQueues, books: Counting
    ) -> None:
        self._chunk = chunk
        self._objects = objects
        self._bucket = bucket
        self._frames = frames
        self._books = books
        self._batch: list[SampledFrame] = []
        self._sending: asyncio.Task[None] | None = None
        self.published = 0

    async def __aenter__(self) -> FramePublisher:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._sending:
            self._sending.cancel()  # does nothing to a batch that is through
            await asyncio.wait([self._sending])

    async def add(self, frame: SampledFrame) -> None:
        """Take one frame; waits while two batches are on their way. The first frame is a batch of its own."""
        self._batch.append(frame)
        if len(self._batch) == (BATCH if self._sending else 1):
            await self._send_batch()

    async def finish(self) -> None:
        """Return when all frames are uploaded and announced."""
        await self._send_batch()
        await self._send_batch()  # an empty one: waits for the last

    async def _send_batch(self) -> None:
        if self._sending:
            await self._sending
        batch, self._batch = self._batch, []
        self._sending = asyncio.create_task(self._send(batch), name=f"publish {self._chunk.video_id}")

    async def _send(self, batch: list[SampledFrame]) -> None:
        if not batch:
            return
        messages = [self._message(frame) for frame in batch]
        with tracing(messages) as traces:
            async with asyncio.TaskGroup() as uploads:
                for frame in batch:
                    uploads.create_task(self._upload(frame))
            await self._frames.announce(self._chunk, messages, traces)
        self.published += len(batch)
        metrics.frames_published.inc(len(batch))
        await self._books.note_progress(self._chunk.video_id, self._chunk.chunk, self.published)

    async def _upload(self, frame: SampledFrame) -> None:
        await self._objects.put(
            self._address(frame),
            frame.data,
            f"image/{self._chunk.sampling.image_format}",
            {
                "name": frame_name(frame.instant, frame.pts_ms, self._chunk.grid),
                "source": self._chunk.source.address,
                "pts": str(frame.pts),
                "time-base": str(frame.time_base),
            },
        )

    def _address(self, frame: SampledFrame) -> Address:
        suffix, grid = self._chunk.sampling.suffix, self._chunk.grid
        key = frame_key(self._chunk.video_id, frame.pts_ms, frame.instant, suffix, grid)
        return Address(self._bucket, key)

    def _message(self, frame: SampledFrame) -> FrameReady:
        return frame_ready(self._chunk, frame.instant, frame.pts_ms, self._address(frame))
