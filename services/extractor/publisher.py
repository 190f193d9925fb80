"""Uploads sampled frames and announces them: one message per frame, sent only once the frame lies in S3."""

from __future__ import annotations

import asyncio

from services.extractor.media import SampledFrame
from shared import metrics
from shared.ledger import Counting
from shared.messages import ChunkPlanned, FrameReady
from shared.objects import Address, ObjectStore
from shared.queue import Queue
from shared.timecode import frame_key, frame_name

BATCH = 10  # frames uploaded side by side and announced in one request


class FramePublisher:
    """Publishes the frames of one chunk; while one batch is uploaded the next is decoded."""

    def __init__(
        self, chunk: ChunkPlanned, objects: ObjectStore, bucket: str, frames: Queue, books: Counting
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
        async with asyncio.TaskGroup() as uploads:
            for frame in batch:
                uploads.create_task(self._upload(frame))
        await self._frames.send([self._message(frame) for frame in batch], group=self._chunk.video_id)
        self.published += len(batch)
        metrics.frames_published.inc(len(batch))
        await self._books.note_progress(self._chunk.video_id, self._chunk.chunk, self.published)

    async def _upload(self, frame: SampledFrame) -> None:
        await self._objects.put(
            Address(self._bucket, self._key(frame)),
            frame.data,
            f"image/{self._chunk.sampling.image_format}",
            {
                "name": frame_name(frame.instant, frame.pts_ms),
                "source": self._chunk.source.address,
                "pts": str(frame.pts),
                "time-base": str(frame.time_base),
            },
        )

    def _key(self, frame: SampledFrame) -> str:
        return frame_key(self._chunk.video_id, frame.pts_ms, frame.instant, self._chunk.sampling.suffix)

    def _message(self, frame: SampledFrame) -> str:
        return FrameReady(
            video_id=self._chunk.video_id,
            chunk=self._chunk.chunk,
            instant=frame.instant,
            timestamp_ms=frame.pts_ms,
            bucket=self._bucket,
            key=self._key(frame),
        ).body()
