"""The ledger port: the books of every video, kept so that each frame counts exactly once.

sampled = published + skipped, and for each detector published = detected + failed, in each chunk and so in
each video.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from shared.config.detectors import DEFAULT
from shared.config.options import Options, Sampling
from shared.messaging.messages import (
    ChunkExtracted,
    FoundEdge,
    FrameFailed,
    FrameResult,
    OpenEdge,
    ScreenedFrame,
    SkippedInstants,
    Source,
)
from shared.outage import Outage


class LedgerError(Exception):
    """The ledger could not be read or written; trying again may help."""


class UnknownChunk(LedgerError):
    """What came is of a chunk that is not entered yet: who asks for it sends the question first."""

    def __init__(self) -> None:
        super().__init__("a result came for a chunk that the ledger does not know")


class LedgerAway(LedgerError, Outage):
    """The ledger gives no answer, or too many ask it."""


class NotInstalled(LedgerError):
    """There is no such table: the installation is not there, or not this one."""


class State(StrEnum):
    """Where a video stands."""

    PLANNED = "PLANNED"
    EXTRACTING = "EXTRACTING"
    DETECTING = "DETECTING"
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_ERRORS = "COMPLETED_WITH_ERRORS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


ACTIVE = frozenset({State.PLANNED, State.EXTRACTING, State.DETECTING})
ANY_STATE = frozenset(State)
ENDED = ANY_STATE - ACTIVE
AGAIN = frozenset({State.COMPLETED_WITH_ERRORS, State.DETECTING})  # whose failed frames may be tried again


@dataclass(frozen=True, slots=True)
class Examined:
    """What one detector made of the published frames, in frames."""

    detected: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.detected + self.failed


@dataclass(frozen=True, slots=True)
class Counts:
    """The books of a chunk or a video, in frames."""

    sampled: int = 0
    published: int = 0
    skipped: int = 0
    examined: Mapping[str, Examined] = field(default_factory=dict)  # by detector

    def by(self, detector: str) -> Examined:
        """What this detector has examined."""
        return self.examined.get(detector, Examined())

    def by_all(self, detectors: Collection[str]) -> int:
        """Frames that each of these detectors has examined."""
        return min(self.by(detector).total for detector in detectors)


@dataclass(frozen=True, slots=True)
class Video:
    """One row of the list of videos. Times are seconds since the epoch."""

    video_id: str
    source: Source
    options: Options
    state: State
    created_at: float
    deadline_at: float
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    frame_rate: Fraction | None = None  # average, of the file; nothing is measured by it
    instants: int = 0  # planned, over all chunks
    chunks: int = 0
    chunks_extracted: int = 0
    chunks_closed: int = 0
    reopened: int = 0  # failures taken out of its books, to be tried again
    counts: Counts = field(default_factory=Counts)
    error: str = ""  # one sentence, for people
    finished_at: float | None = None

    @property
    def sampling(self) -> Sampling:
        return self.options.sampling

    def counts_as(self, other: Video) -> bool:
        """Whether as much is known of its frames as in this other row of the same video."""
        books = [(video.chunks, video.chunks_closed, video.reopened, video.counts) for video in (self, other)]
        return books[0] == books[1]


@dataclass(frozen=True, slots=True)
class BrandSamples:
    """In how many samples of a chunk a detector saw a brand."""

    detector: str
    brand: str
    samples: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """One row of a video's books. Before it is `extracted`, `counts.published` is progress, not the truth."""

    number: int
    instants: int
    extracted: bool = False
    closed: bool = False
    counts: Counts = field(default_factory=Counts)
    skipped: tuple[SkippedInstants, ...] = ()
    screened: tuple[ScreenedFrame, ...] = ()
    damage: str | None = None
    seen: tuple[BrandSamples, ...] = ()  # once it is closed
    detectors: tuple[str, ...] = (DEFAULT,)  # that examine its frames
    grid: int = 1  # parts of the step that its instants count
    wanted: tuple[int, ...] = ()  # its only instants, where it is one of extra frames
    edges: tuple[OpenEdge, ...] = ()  # to be looked for in the video, where it is one without frames
    found: tuple[FoundEdge, ...] = ()  # of these, once it is extracted

    @property
    def refines(self) -> bool:
        """Whether it is asked for to find edges, after the coarse samples."""
        return bool(self.wanted or self.edges)

    @property
    def complete(self) -> bool:
        """Every detector has examined all its frames."""
        return self.extracted and not any(self.outstanding(detector) for detector in self.detectors)

    @property
    def examined(self) -> int:
        """Frames that every detector has examined."""
        return self.counts.by_all(self.detectors)

    def outstanding(self, detector: str) -> int:
        """Frames that a detector has yet to examine, those not yet extracted included."""
        if detector not in self.detectors:
            return 0
        expected = self.counts.published if self.extracted else self.instants
        return max(0, expected - self.counts.by(detector).total)

    def waiting(self, detector: str) -> int:
        """Frames that are extracted, and that a detector has yet to examine."""
        if detector not in self.detectors:
            return 0
        return max(0, self.counts.published - self.counts.by(detector).total)


class Videos(Protocol):
    """The list of videos and their states; raises `LedgerError`."""

    async def plan(self, video: Video, chunks: Collection[Chunk]) -> Video:
        """Enter a video and its chunks unless it is known; returns the row that stands."""
        ...

    async def get(self, video_id: str) -> Video | None:
        """The row of a video, or None."""
        ...

    async def in_states(self, states: Collection[State]) -> list[Video]:
        """All videos in these states, oldest first."""
        ...

    async def chunks(self, video_id: str) -> list[Chunk]:
        """The chunk rows of a video, in order."""
        ...

    async def extend(self, video: Video, chunk: Chunk) -> None:
        """Add a chunk to an active video whose chunks and counts are still as this row says, else to none."""
        ...

    async def move(self, video_id: str, to: State, since: Collection[State], error: str = "") -> bool:
        """Change the state if it is one of `since`; False when it was not."""
        ...

    async def end(self, video: Video, to: State, error: str = "") -> bool:
        """End an active video whose chunks and counts are still as this row says; False when they are not."""
        ...


class Counting(Protocol):
    """The books of frames; every call may be repeated without counting twice. Raises `LedgerError`."""

    async def note_progress(self, video_id: str, chunk: int, published: int) -> None:
        """Show how many frames of a chunk are published so far, until it is extracted."""
        ...

    async def enter_extracted(self, extracted: ChunkExtracted) -> None:
        """Enter what a chunk gave, once, in its row and the video's; raises `UnknownChunk`."""
        ...

    async def enter_frame(self, result: FrameResult) -> None:
        """Enter a detector's result on a frame and count it in its chunk, once; raises `UnknownChunk`."""
        ...

    async def reopen_frame(self, failure: FrameFailed, chunk: Chunk) -> None:
        """Take a failure out of the books of its chunk, which stands as given, so that another try counts.

        Its video is at work again, all in one. Until there is another result the failure is still among the
        `frames`. Raises `LedgerError` where the chunk stands otherwise, or the video may not be tried again.
        """
        ...

    async def chunk(self, video_id: str, number: int) -> Chunk | None:
        """One chunk's row as it stands now."""
        ...

    async def close_chunk(self, video_id: str, chunk: Chunk) -> None:
        """Mark a complete chunk closed, with what was seen, and add what was examined to the video, once.

        A chunk that has been examined further, or reopened, since this row was read is left as it is.
        """
        ...

    def frames(self, video_id: str, span_ms: tuple[int, int] | None = None) -> AsyncIterator[FrameResult]:
        """A video's results, all or those of a span of time, in the order of time and of detectors' names."""
        ...
