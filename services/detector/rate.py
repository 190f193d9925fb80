"""The rate of calls, pure: even pacing at a limit that is learnt from throttles (AIMD with a slow start).

The model's throughput is unknown and shared. As in TCP (Jacobson 1988), the limit doubles until the first
throttle, then rises by a fixed step a second and falls by a factor, at most once per second, as all calls in
flight meet the same congestion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

RISE = 0.1  # calls/s gained per second without a throttle
FALL = 0.7  # factor on a throttle
LOWEST = 0.2  # calls/s; below this nothing would be learnt any more
DEAF_SECONDS = 1.0  # throttles that follow a fall so closely belong to it


@dataclass(frozen=True, slots=True)
class Rate:
    """The state of the limiter; times in seconds on any steady clock."""

    limit: float  # calls/s
    highest: float  # calls/s
    next_slot: float = 0.0  # when the next call may start
    fell_at: float = float("-inf")
    slow_start: bool = True


def reserve(rate: Rate, now: float) -> tuple[Rate, float]:
    """Take the next slot; returns the new state and when the call may start (at or after now)."""
    slot = max(now, rate.next_slot)
    return replace(rate, next_slot=slot + 1 / rate.limit), slot


def succeeded(rate: Rate) -> Rate:
    """A call went through: raise the limit a little."""
    # Per call, so that a limit that is not used does not rise: limit calls raise it by RISE (or double it).
    gain = 1.0 if rate.slow_start else RISE / rate.limit
    return replace(rate, limit=min(rate.highest, rate.limit + gain))


def throttled(rate: Rate, now: float) -> Rate:
    """A call was throttled: lower the limit, unless it fell just now."""
    if now - rate.fell_at < DEAF_SECONDS:
        return rate
    limit = min(rate.limit, max(LOWEST, rate.limit * FALL))
    # Never earlier than before: slots that others hold already would be given away twice.
    next_slot = max(rate.next_slot, now + 1 / limit)
    return replace(rate, limit=limit, slow_start=False, fell_at=now, next_slot=next_slot)
