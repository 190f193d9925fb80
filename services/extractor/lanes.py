"""Carry out a sampling plan on several cores: groups of pictures are independent, each goes to a free lane.

Within a lane everything is in order and on one thread: FFmpeg's own frame threads cost a quarter more work on
easy video, for they wait for each other row by row. What is under way is bounded, however long a group is.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic

from services.extractor.media import Span
from services.extractor.outcomes import Finish, Finished, T
from services.extractor.packets import Coded
from services.extractor.planned import Piece, Reel, pieces
from services.extractor.sampling import Clock, plan
from services.extractor.source import Video, another_decoder

MAX_LANES = min(4, os.cpu_count() or 1)
MAX_LANE_PIXELS = 2 * 3840 * 2160  # of all lanes' pictures: a decoder keeps up to sixteen of them
MAX_UNDER_WAY = 48 << 20  # bytes of packets and of finished pictures


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """A piece given to a lane."""

    result: Future[list[Finished[T]]]
    cost: int


def sample_by_plan(
    video: Video, packets: Iterable[Coded], clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    """The outcomes of the span, in order; the packets begin with a keyframe shown by its first instant."""
    with ExitStack() as threads:
        lanes = _Lanes(video, clock, promised, finish, threads)
        jobs: deque[_Job[T]] = deque()
        room = 0  # at first: to read on while the first frame is made would delay it
        for piece in pieces(plan(packets, clock, span)):
            jobs.append(_Job(lanes.submit(piece), piece.cost))
            while jobs[0].result.done() or sum(job.cost for job in jobs) > room:
                for outcome in jobs.popleft().result.result():
                    room = MAX_UNDER_WAY
                    yield outcome
                if not jobs:
                    break
        for job in jobs:
            yield from job.result.result()


class _Lanes(Generic[T]):
    """Decoders with a thread each; opened when the ones there are busy."""

    def __init__(
        self, video: Video, clock: Clock, promised: int, finish: Finish[T], threads: ExitStack
    ) -> None:
        self._video = video
        self._clock = clock
        self._promised = promised
        self._finish = finish
        self._threads = threads
        self._lanes: list[tuple[ThreadPoolExecutor, Reel[T]]] = []
        self._last: list[Future[list[Finished[T]]]] = []  # what each lane was given last
        self._current = 0
        pixels = max(1, video.first.width * video.first.height)
        self._most = max(1, min(MAX_LANES, MAX_LANE_PIXELS // pixels))

    def submit(self, piece: Piece) -> Future[list[Finished[T]]]:
        """Give a group's first piece to a free lane, and the others to the same."""
        if piece.begins:
            self._current = self._free()
        thread, reel = self._lanes[self._current]
        job = thread.submit(reel.carry_out, piece)
        self._last[self._current] = job
        return job

    def _free(self) -> int:
        """The number of an idle lane, a new one, or the one that has waited longest for more."""
        idle = [number for number, job in enumerate(self._last) if job.done()]
        if idle:
            return idle[0]
        if len(self._lanes) == self._most:
            return (self._current + 1) % self._most
        context = another_decoder(self._video) if self._lanes else self._video.stream.codec_context
        reel = Reel(context, self._video.may_drop, self._clock, self._promised, self._finish)
        self._lanes.append((self._threads.enter_context(ThreadPoolExecutor(1, "lane")), reel))
        self._last.append(Future())
        return len(self._lanes) - 1
