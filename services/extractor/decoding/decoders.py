"""Carry out a sampling plan on several cores: groups of pictures are independent, each goes to a free one.

Each decoder does all in order and on one thread: FFmpeg's own frame threads cost a quarter more work on easy
video, for they wait for each other row by row. What is under way is bounded, however long a group is.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic

from services.extractor.decoding.outcomes import Finish, Finished, T
from services.extractor.decoding.packets import Coded
from services.extractor.decoding.planned import Piece, Reel, pieces
from services.extractor.decoding.sampling import Clock, plan
from services.extractor.decoding.source import OpenVideo, another_decoder
from services.extractor.media import Span

MAX_DECODERS = min(4, os.cpu_count() or 1)
MAX_PIXELS = 2 * 3840 * 2160  # of all decoders' pictures: each keeps up to sixteen of them
MAX_UNDER_WAY = 48 << 20  # bytes of packets and of finished pictures


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """A piece given to a decoder."""

    result: Future[list[Finished[T]]]
    cost: int  # bytes


def sample_by_plan(
    video: OpenVideo, packets: Iterable[Coded], clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    """The outcomes of the span, in order; the packets begin with a keyframe shown by its first instant."""
    with ExitStack() as threads:
        decoders = _Decoders(video, clock, promised, finish, threads)
        jobs: deque[_Job[T]] = deque()
        room = 0  # at first: to read on while the first frame is made would delay it
        for piece in pieces(plan(packets, clock, span)):
            jobs.append(decoders.submit(piece))
            while jobs[0].result.done() or sum(job.cost for job in jobs) > room:
                for outcome in jobs.popleft().result.result():
                    room = MAX_UNDER_WAY
                    yield outcome
                if not jobs:
                    break
        for job in jobs:
            yield from job.result.result()


class _Decoder(Generic[T]):
    """A decoder with a thread of its own."""

    def __init__(self, thread: ThreadPoolExecutor, reel: Reel[T]) -> None:
        self._thread = thread
        self._reel = reel
        self._jobs: list[_Job[T]] = []

    @property
    def load(self) -> int:
        """Bytes of what it has been given and not done."""
        self._jobs = [job for job in self._jobs if not job.result.done()]
        return sum(job.cost for job in self._jobs)

    def submit(self, piece: Piece) -> _Job[T]:
        job = _Job(self._thread.submit(self._reel.carry_out, piece), piece.cost)
        self._jobs.append(job)
        return job


class _Decoders(Generic[T]):
    """The decoders of one video; opened when the ones there are busy."""

    def __init__(
        self, video: OpenVideo, clock: Clock, promised: int, finish: Finish[T], threads: ExitStack
    ) -> None:
        self._video = video
        self._clock = clock
        self._promised = promised
        self._finish = finish
        self._threads = threads
        self._decoders: list[_Decoder[T]] = []
        pixels = max(1, video.first.width * video.first.height)
        self._most = max(1, min(MAX_DECODERS, MAX_PIXELS // pixels))

    def submit(self, piece: Piece) -> _Job[T]:
        """Give a group's first piece to the decoder with the least to do, and the others to the same."""
        if piece.begins:
            self._current = self._freest()
        return self._current.submit(piece)

    def _freest(self) -> _Decoder[T]:
        idlest = min(self._decoders, key=lambda decoder: decoder.load, default=None)
        if idlest and (idlest.load == 0 or len(self._decoders) == self._most):
            return idlest
        self._decoders.append(self._opened())
        return self._decoders[-1]

    def _opened(self) -> _Decoder[T]:
        context = another_decoder(self._video) if self._decoders else self._video.stream.codec_context
        reel = Reel(context, self._video.may_drop, self._clock, self._promised, self._finish)
        return _Decoder(self._threads.enter_context(ThreadPoolExecutor(1, "decoder")), reel)
