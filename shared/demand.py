"""How much model the outstanding frames need, pure: units by deadline, the video due first served first.

With F_k frames due by the k-th deadline d_k, u inference units examining mu frames a second each, and ready
at time r, the video k is done in time when d_k - k_k - r - F_k / (u mu) >= 0, where k_k is what is kept in
reserve of the time D_k it was given. The least of these margins is the slack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        return min(MOST_KEPT * work.given, self.share * work.given + self.seconds)


NO_RESERVE = Reserve()


def slack(
    works: Sequence[Work], units: int, unit_rate: float, ready_at: float, reserve: Reserve = NO_RESERVE
) -> float:
    """Seconds to spare of the video nearest to being late; negative if it will be, infinite without work."""
    least, done_at = float("inf"), ready_at
    for work in sorted(works, key=lambda work: work.due_at):
        done_at += work.frames / (units * unit_rate)
        least = min(least, work.due_at - reserve.of(work) - done_at)
    return least


def units_needed(
    works: Sequence[Work], capacity: Capacity, ready_at: float, reserve: Reserve = NO_RESERVE
) -> int | None:
    """The fewest units with which all videos are done in time; None when the most allowed do not suffice."""
    for units in range(1, capacity.most_units + 1):
        if slack(works, units, capacity.unit_rate, ready_at, reserve) >= 0:
            return units
    return None
