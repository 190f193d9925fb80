"""The fake ledger: the books of all videos in memory, with DynamoDB's all-or-nothing writes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace

from shared.messaging.messages import ChunkExtracted, FrameDetected, FrameFailed, FrameResult
from shared.videos.brands import BrandInVideo
from shared.videos.ledger import (
    ACTIVE,
    AGAIN,
    Chunk,
    Counts,
    Examined,
    LedgerError,
    State,
    UnknownChunk,
    Video,
)
from shared.videos.timecode import LAST_MS, frame_id
from tests.fakes.faults import Faults


class FakeLedger:
    """`Videos`, `Counting` and `Brands`. Knob: `faults`; `videos`, `books`, `results`, `brands` hold rows."""

    def __init__(self) -> None:
        self.videos: dict[str, Video] = {}
        self.books: defaultdict[str, dict[int, Chunk]] = defaultdict(dict)
        self.results: defaultdict[str, dict[str, FrameResult]] = defaultdict(dict)  # by frame and detector
        self.reopened: defaultdict[str, set[str]] = defaultdict(set)
        self.brands: dict[tuple[str, str, str], BrandInVideo] = {}  # by video, detector and brand
        self.faults = Faults(LedgerError)

    # --- Videos

    async def plan(self, video: Video, chunks: Collection[Chunk]) -> Video:
        async with self.faults.around("plan"):
            for chunk in chunks:
                self.books[video.video_id].setdefault(
                    chunk.number, Chunk(chunk.number, chunk.instants, detectors=chunk.detectors)
                )
            new = replace(video, chunks_extracted=0, chunks_closed=0, counts=Counts())
            return self.videos.setdefault(video.video_id, new)

    async def get(self, video_id: str) -> Video | None:
        async with self.faults.around("get"):
            return self.videos.get(video_id)

    async def in_states(self, states: Collection[State]) -> list[Video]:
        async with self.faults.around("in_states"):
            found = [video for video in self.videos.values() if video.state in states]
            return sorted(found, key=lambda video: (video.created_at, video.video_id))

    async def chunks(self, video_id: str) -> list[Chunk]:
        async with self.faults.around("chunks"):
            return [chunk for _, chunk in sorted(self.books[video_id].items())]

    async def extend(self, video: Video, chunk: Chunk) -> None:
        async with self.faults.around("extend"):
            row = self.videos[video.video_id]
            same = row.state in ACTIVE and row.counts_as(video)
            if same and chunk.number not in self.books[video.video_id]:
                self._set(video.video_id, chunk)
                instants = row.instants + chunk.instants
                self.videos[video.video_id] = replace(row, chunks=row.chunks + 1, instants=instants)

    async def move(self, video_id: str, to: State, since: Collection[State], error: str = "") -> bool:
        async with self.faults.around("move"):
            video = self.videos.get(video_id)
            if video is None or video.state not in since:
                return False
            finished = video.finished_at if to in ACTIVE else time.time()
            self.videos[video_id] = replace(video, state=to, error=error, finished_at=finished)
            return True

    async def end(self, video: Video, to: State, error: str = "") -> bool:
        async with self.faults.around("end"):
            row = self.videos[video.video_id]
            if row.state not in ACTIVE or not row.counts_as(video):
                return False
            self.videos[video.video_id] = replace(row, state=to, error=error, finished_at=time.time())
            return True

    # --- Counting

    async def note_progress(self, video_id: str, chunk: int, published: int) -> None:
        async with self.faults.around("note_progress"):
            row = self.books[video_id].get(chunk)
            if row and not row.extracted:
                self._set(video_id, replace(row, counts=replace(row.counts, published=published)))

    async def enter_extracted(self, extracted: ChunkExtracted) -> None:
        async with self.faults.around("enter_extracted"):
            row = self.books[extracted.video_id].get(extracted.chunk)
            if row is None:
                raise UnknownChunk
            if row.extracted:
                return
            facts = Counts(
                sampled=extracted.sampled,
                published=extracted.published,
                skipped=sum(skip.count for skip in extracted.skipped),
            )
            counts = replace(facts, examined=row.counts.examined)
            entered = replace(
                row,
                extracted=True,
                counts=counts,
                skipped=extracted.skipped,
                screened=extracted.screened,
                damage=extracted.damage,
                found=extracted.edges,
            )
            self._set(extracted.video_id, entered)
            self._add(extracted.video_id, facts, extracted=1)

    async def enter_frame(self, result: FrameResult) -> None:
        async with self.faults.around("enter_frame"):
            frame = f"{frame_id(result.timestamp_ms, result.instant, result.grid)}#{result.detector}"
            reopened = self.reopened[result.video_id]
            if frame in self.results[result.video_id] and frame not in reopened:
                return
            row = self.books[result.video_id].get(result.chunk)
            if row is None:
                raise UnknownChunk
            self.results[result.video_id][frame] = result
            reopened.discard(frame)
            one = Examined(detected=1) if isinstance(result, FrameDetected) else Examined(failed=1)
            counts = _sum(row.counts, Counts(examined={result.detector: one}))
            self._set(result.video_id, replace(row, counts=counts))

    async def reopen_frame(self, failure: FrameFailed, chunk: Chunk) -> None:
        async with self.faults.around("reopen_frame"):
            frame = f"{frame_id(failure.timestamp_ms, failure.instant, failure.grid)}#{failure.detector}"
            row = self.books[failure.video_id][failure.chunk]
            known = self.results[failure.video_id].get(frame)
            if frame in self.reopened[failure.video_id] or not isinstance(known, FrameFailed):
                return
            video = self.videos[failure.video_id]
            if row.closed != chunk.closed or video.state not in AGAIN:
                raise LedgerError(f"{failure.video_id} changed meanwhile: try again")
            self.reopened[failure.video_id].add(frame)
            at_work = replace(video, state=State.DETECTING, error="", reopened=video.reopened + 1)
            self.videos[failure.video_id] = at_work
            if row.closed:
                self._add(failure.video_id, _less(row.counts.examined), closed=-1)
            one = _less({failure.detector: Examined(failed=1)})
            self._set(failure.video_id, replace(row, closed=False, counts=_sum(row.counts, one)))

    async def chunk(self, video_id: str, number: int) -> Chunk | None:
        async with self.faults.around("chunk"):
            return self.books[video_id].get(number)

    async def close_chunk(self, video_id: str, chunk: Chunk) -> None:
        async with self.faults.around("close_chunk"):
            row = self.books[video_id].get(chunk.number)
            if row and not row.closed and row.counts.examined == chunk.counts.examined:
                self._set(video_id, replace(row, closed=True, seen=chunk.seen))
                self._add(video_id, Counts(examined=chunk.counts.examined), closed=1)

    async def frames(
        self, video_id: str, span_ms: tuple[int, int] | None = None
    ) -> AsyncIterator[FrameResult]:
        first, last = span_ms or (0, LAST_MS)
        async with self.faults.around("frames"):
            found = [
                result
                for _, result in sorted(self.results[video_id].items())
                if first <= result.timestamp_ms <= last
            ]
        for result in found:
            yield result

    # --- Brands

    async def enter(self, video_id: str, rows: Collection[BrandInVideo]) -> None:
        async with self.faults.around("enter"):
            self.brands = {key: row for key, row in self.brands.items() if key[0] != video_id}
            self.brands |= {(video_id, row.detector, row.brand): row for row in rows}

    async def read(self, brand: str | None = None, since: float = 0.0) -> AsyncIterator[BrandInVideo]:
        async with self.faults.around("read"):
            rows = self.brands.values()
            found = [row for row in rows if brand in (None, row.brand) and since <= row.submitted_at]
        for row in found:
            yield row

    # --- inside

    def _set(self, video_id: str, chunk: Chunk) -> None:
        self.books[video_id][chunk.number] = chunk

    def _add(self, video_id: str, counts: Counts, extracted: int = 0, closed: int = 0) -> None:
        video = self.videos[video_id]
        self.videos[video_id] = replace(
            video,
            chunks_extracted=video.chunks_extracted + extracted,
            chunks_closed=video.chunks_closed + closed,
            counts=_sum(video.counts, counts),
        )


def _less(examined: Mapping[str, Examined]) -> Counts:
    return Counts(examined={name: Examined(-each.detected, -each.failed) for name, each in examined.items()})


def _sum(a: Counts, b: Counts) -> Counts:
    examined = {
        name: Examined(a.by(name).detected + b.by(name).detected, a.by(name).failed + b.by(name).failed)
        for name in sorted({*a.examined, *b.examined})
    }
    return Counts(
        sampled=a.sampled + b.sampled,
        published=a.published + b.published,
        skipped=a.skipped + b.skipped,
        examined={name: each for name, each in examined.items() if each.total},
    )
