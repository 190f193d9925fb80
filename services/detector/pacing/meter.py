"""The meter of one sender, pure: how much of its share it used lately, and how much of that was throttled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SPAN = 10.0  # seconds that are looked back


@dataclass(frozen=True, slots=True)
class Reading:
    """The counters at a moment; `allowed` are the calls that the share would have let through so far."""

    at: float
    calls: int
    throttled: int
    allowed: float


def recent(readings: Sequence[Reading], newest: Reading) -> list[Reading]:
    """The readings of the span, one older than it being kept to measure from."""
    kept = [one for one in readings if one.at >= newest.at - SPAN]
    return [*(kept or readings[-1:]), newest]


def utilisation(readings: Sequence[Reading]) -> float:
    """Answered calls as a share of those allowed, over all readings."""
    first, last = readings[0], readings[-1]
    allowed = last.allowed - first.allowed
    answered = (last.calls - last.throttled) - (first.calls - first.throttled)
    return answered / allowed if allowed else 0.0


def throttled_share(readings: Sequence[Reading]) -> float:
    """Throttled calls as a share of all, over all readings."""
    first, last = readings[0], readings[-1]
    calls = last.calls - first.calls
    return (last.throttled - first.throttled) / calls if calls else 0.0
