"""The ledger port: the books of every video, kept so that each frame counts exactly once.

sampled = published + skipped, and published = detected + failed, for each chunk and so for each video.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from shared.messages import ChunkExtracted, FrameResult, ScreenedFrame, SkippedInstants, Source
from shared.options import Options, Sampling


class LedgerError(Exception):
    """The ledger could not be read or written; trying again may help."""


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


@dataclass(frozen=True, slots=True)
class Counts:
    """The books of a chunk or a video, in frames."""

    sampled: int = 0
    published: int = 0
    skipped: int = 0
    detected: int = 0
    failed: int = 0

    @property
    def examined(self) -> int:
        return self.detected + self.failed


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
    instants: int = 0  # planned, over all chunks
    chunks: int = 0
    chunks_extracted: int = 0
    chunks_closed: int = 0
    counts: Counts = field(default_factory=Counts)
    error: str = ""  # one sentence, for people
    finished_at: float | None = None

    @property
    def sampling(self) -> Sampling:
        return self.options.sampling


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

    @property
    def complete(self) -> bool:
        """All its frames are examined."""
        return self.extracted and self.counts.examined >= self.counts.published

    @property
    def outstanding(self) -> int:
        """Frames not yet examined, those not yet extracted included."""
        expected = self.counts.published if self.extracted else self.instants
        return max(0, expected - self.counts.examined)


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

    async def move(self, video_id: str, to: State, since: Collection[State], error: str = "") -> bool:
        """Change the state if it is one of `since`; False when it was not."""
        ...


class Counting(Protocol):
    """The books of frames; every call may be repeated without counting twice. Raises `LedgerError`."""

    async def note_progress(self, video_id: str, chunk: int, published: int) -> None:
        """Show how many frames of a chunk are published so far, until it is extracted."""
        ...

    async def enter_extracted(self, extracted: ChunkExtracted) -> None:
        """Enter what a chunk gave, once, in its row and the video's."""
        ...

    async def enter_frame(self, result: FrameResult) -> None:
        """Enter a frame's result and count it in its chunk, once."""
        ...

    async def chunk(self, video_id: str, number: int) -> Chunk | None:
        """One chunk's row as it stands now."""
        ...

    async def close_chunk(self, video_id: str, chunk: Chunk) -> None:
        """Mark a complete chunk closed and add its examined frames to the video, once."""
        ...

    async def frames(self, video_id: str) -> list[FrameResult]:
        """All results of a video in the order of time."""
        ...
