"""Enters each result in the books once, closes chunks and videos, and writes what a video amounts to.

Every step may be repeated: a crash between any two of them leaves the message in the queue, and the next
attempt finds what is done and goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from weakref import WeakValueDictionary

from services.aggregator.finishing import Finisher, Overtaken
from services.aggregator.outcome.partial import seen, span_ms
from services.aggregator.outcome.summary import Outcome, brand_rows, error_of
from shared.messaging.endings import Retry
from shared.messaging.expect import expect
from shared.messaging.messages import (
    ChunkExtracted,
    ChunkPlanned,
    FrameDetected,
    FrameFailed,
    FrameResult,
    Result,
)
from shared.messaging.queue import Message, Queue
from shared.telemetry import logs, metrics
from shared.videos.announcements import Announcer, ended
from shared.videos.brands import Brands
from shared.videos.ledger import ACTIVE, Chunk, Counting, State, Video, Videos

log = logging.getLogger(__name__)

OVERTAKEN_PAUSE = 2.0  # seconds


class ResultHandler:
    """Handles `FrameDetected`, `FrameFailed` and `ChunkExtracted`."""

    def __init__(
        self,
        videos: Videos,
        books: Counting,
        brands: Brands,
        finisher: Finisher,
        announcer: Announcer,
        results_bucket: str,
        chunks: Queue,
    ) -> None:
        self._videos = videos
        self._books = books
        self._brands = brands
        self._finisher = finisher
        self._announcer = announcer
        self._results_bucket = results_bucket
        self._chunks = chunks
        self._finishing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

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
        video = await self._videos.get(video_id)
        if video is None or video.state not in ACTIVE:
            return
        if chunk.complete and not chunk.closed:
            await self._close(video, chunk)
            video = await self._videos.get(video_id) or video
        if video.chunks_closed == video.chunks:
            await self._finish_once(video_id)
        elif video.chunks_extracted == video.chunks and video.state is not State.DETECTING:
            await self._videos.move(video_id, State.DETECTING, {State.PLANNED, State.EXTRACTING})

    async def _close(self, video: Video, chunk: Chunk) -> None:
        # Extra frames tell where edges are, not how long a brand was on screen.
        results = [] if chunk.refines else await self._of_chunk(video, chunk)
        shown = seen(video, chunk, results)
        await self._books.close_chunk(video.video_id, replace(chunk, seen=shown))

    async def _of_chunk(self, video: Video, chunk: Chunk) -> list[FrameResult]:
        first = await self._books.chunk(video.video_id, 0) or chunk
        span = span_ms(video.sampling.step, first, chunk)
        return [result async for result in self._books.frames(video.video_id, span)]

    async def _ask(self, video: Video, chunk: Chunk) -> None:
        """Have edges found, or extra frames examined; the video is finished once they are."""
        # An extractor that does not know of edges yet takes one frame between the samples.
        instants = chunk.wanted or (sum(chunk.edges[0].between) // 2,)
        asked = ChunkPlanned(
            video_id=video.video_id,
            chunk=chunk.number,
            first=instants[0],
            stop=instants[-1] + 1,
            source=video.source,
            options=video.options,
            deadline_at=video.deadline_at,
            grid=chunk.grid,
            wanted=chunk.wanted,
            edges=chunk.edges,
        )
        stands = await self._videos.get(video.video_id)
        if stands is None or stands.state not in ACTIVE or not video.counts_as(stands):
            return  # overtaken while it thought: who knows more asks for something else
        # Sent before it is entered: a crash in between sends it twice, never not at all.
        await self._chunks.send([asked.body()], group=video.video_id)
        await self._videos.extend(video, chunk)
        log.info("asked for edges", extra={"edges": len(chunk.edges), "frames": chunk.instants})

    async def _finish_once(self, video_id: str) -> None:
        # Many results may be the last at the same time: the others wait, and find it done.
        async with self._finishing.setdefault(video_id, asyncio.Lock()):
            video = await self._videos.get(video_id)
            if video and video.state in ACTIVE:
                await self._finish(video)

    async def _finish(self, video: Video, told: bool = False) -> None:
        """Ask for what is still wanted, or end it; `told` if what was told of it has been overtaken."""
        chunks = await self._videos.chunks(video.video_id)
        if len(chunks) != video.chunks or not all(chunk.closed for chunk in chunks):
            return  # another aggregator has asked for extra frames since the video's row was read
        more = await self._finisher.next_chunk(video, chunks)
        if more:
            await self._ask(video, more)
            return
        try:
            outcome = await self._finisher.finish(video, chunks)
        except Overtaken as error:
            raise Retry(str(error), OVERTAKEN_PAUSE) from error
        await self._brands.enter(video.video_id, brand_rows(outcome))
        stands = await self._videos.get(video.video_id) or video
        if not video.counts_as(stands):
            # Failed frames were tried again meanwhile, and what we wrote may lie over what came of them.
            await self._finish(stands, told)
        elif stands.state in ACTIVE or (told and stands.state is outcome.state):
            await self._end(video, outcome)

    async def _end(self, video: Video, outcome: Outcome) -> None:
        error = error_of(outcome.books)
        await self._announcer.announce(ended(video, outcome.state, error, self._results_bucket, True))
        # Last: a video that is COMPLETED has its files, and a crash tells of it twice, never not at all.
        if await self._videos.end(video, outcome.state, error):
            metrics.videos_finished.labels(outcome.state).inc()
            log.info("finished", extra={"state": outcome.state, "frames": outcome.books.sampled})
            return
        stands = await self._videos.get(video.video_id) or video
        if not video.counts_as(stands):
            await self._finish(stands, told=True)
