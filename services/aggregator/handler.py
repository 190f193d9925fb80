"""Enters each result in the books once, closes chunks and videos, and writes what a video amounts to.

Every step may be repeated: a crash between any two of them leaves the message in the queue, and the next
attempt finds what is done and goes on from there.
"""

from __future__ import annotations

import logging

from services.aggregator.exports import detections_json, exposures_csv, summary_json
from services.aggregator.summary import Outcome, error_of, summarise
from shared import logs, metrics
from shared.expect import expect
from shared.ledger import ACTIVE, Counting, State, Video, Videos
from shared.messages import ChunkExtracted, FrameDetected, FrameFailed, Result
from shared.objects import Address, ObjectStore
from shared.queue import Message

log = logging.getLogger(__name__)


class ResultHandler:
    """Handles `FrameDetected`, `FrameFailed` and `ChunkExtracted`."""

    def __init__(self, videos: Videos, books: Counting, objects: ObjectStore, results_bucket: str) -> None:
        self._videos = videos
        self._books = books
        self._objects = objects
        self._results_bucket = results_bucket

    async def __call__(self, message: Message) -> None:
        result = expect(message, Result)
        with logs.context(video_id=result.video_id, chunk=result.chunk):
            match result:
                case ChunkExtracted():
                    await self._books.enter_extracted(result)
                case FrameDetected() | FrameFailed():
                    await self._books.enter_frame(result)
                    metrics.results_counted.labels(result.kind).inc()
            await self._advance(result.video_id, result.chunk)

    async def _advance(self, video_id: str, number: int) -> None:
        chunk = await self._books.chunk(video_id, number)
        if chunk is None or not chunk.extracted:
            return
        if chunk.complete and not chunk.closed:
            await self._books.close_chunk(video_id, chunk)
        video = await self._videos.get(video_id)
        if video is None or video.state not in ACTIVE:
            return
        if video.chunks_closed == video.chunks:
            await self._finish(video)
        elif video.chunks_extracted == video.chunks and video.state is not State.DETECTING:
            await self._videos.move(video_id, State.DETECTING, {State.PLANNED, State.EXTRACTING})

    async def _finish(self, video: Video) -> None:
        chunks = await self._videos.chunks(video.video_id)
        outcome = summarise(video, chunks, await self._books.frames(video.video_id))
        await self._export(outcome)
        # Last, so that a video that is COMPLETED has its files.
        if await self._videos.move(video.video_id, outcome.state, ACTIVE, error_of(outcome)):
            metrics.videos_finished.labels(outcome.state).inc()
            log.info("finished", extra={"state": outcome.state, "frames": len(outcome.frames)})

    async def _export(self, outcome: Outcome) -> None:
        files = [
            ("detections.json", "application/json", detections_json(outcome)),
            ("exposures.csv", "text/csv", exposures_csv(outcome)),
            ("summary.json", "application/json", summary_json(outcome)),
        ]
        for name, content_type, body in files:
            address = Address(self._results_bucket, f"results/{outcome.video.video_id}/{name}")
            await self._objects.put(address, body, content_type)
