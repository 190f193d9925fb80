"""How much model the outstanding frames need, pure: units by deadline, the video due first served first.

With F_k frames due by the k-th deadline d_k, u inference units examining mu frames a second each, and ready
at time r, the video k is done in time when d_k - k_k - r - F_k / (u mu) >= 0, where k_k is what is kept in
reserve of the time D_k it was given. The least of these margins is the slack.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

MOST_KEPT = 0.65  # of the time a video is given; a reserve must leave time for work


@dataclass(frozen=True, slots=True)
class Work:
    """One video's frames that a model has not examined. Times are seconds on one clock."""

    video_id: str
    frames: int
    arrived_at: float
    due_at: float

    @property
    def given(self) -> float:
        """The time the video was given, in seconds (D)."""
        return max(0.0, self.due_at - self.arrived_at)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a model is known or presumed to do."""

    unit_rate: float  # frames per second and inference unit (mu)
    start_seconds: float  # 90th percentile of the time from the call to RUNNING (S90)
    most_units: int  # that may be asked for


def frames(works: Sequence[Work]) -> int:
    """All outstanding frames."""
    return sum(work.frames for work in works)


@dataclass(frozen=True, slots=True)
class Reserve:
    """What is kept of the time a video is given: a share of it, and so many seconds."""

    share: float = 0.0
    seconds: float = 0.0

    def of(self, work: Work) -> float:
        given = work.given
        return min(MOST_KEPT * given, self.share * given + self.seconds)


NO_RESERVE = Reserve()


@dataclass(frozen=True, slots=True)
class Demand:
    """What is due by when: of each video, in the order they are due, F_k (frames) and d_k - k_k (seconds)."""

    due: tuple[tuple[int, float], ...]

    def slack(self, units: int, unit_rate: float, ready_at: float) -> float:
        """Seconds to spare of the video nearest to being late; infinite without work."""
        each = 1.0 / (units * unit_rate)
        return min([until - frames * each for frames, until in self.due], default=math.inf) - ready_at

    def units_needed(self, capacity: Capacity, ready_at: float) -> int | None:
        """The fewest units with which all videos are done in time; None when the most do not suffice."""
        for units in range(1, capacity.most_units + 1):
            if self.slack(units, capacity.unit_rate, ready_at) >= 0:
                return units
        return None


def demand(works: Iterable[Work], reserve: Reserve = NO_RESERVE) -> Demand:
    """What these videos demand, each with a reserve kept of its time."""
    total, due = 0, []
    for work in sorted(works, key=attrgetter("due_at")):
        total += work.frames
        due.append((total, work.due_at - reserve.of(work)))
    return Demand(tuple(due))
