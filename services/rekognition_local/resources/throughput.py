"""How many calls are let through: a token bucket, as a pure function of the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

DETECTIONS_PER_SECOND = 50.0  # of each operation, AWS's default quota
BURST_SECONDS = 1.0  # of full rate, saved up while nothing was asked


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many tokens lay in the bucket at a time (seconds); `rate` per second are added, up to the burst."""

    rate: float
    tokens: float
    at: float

    @property
    def capacity(self) -> float:
        """The most tokens it holds: a burst, yet at least one call, however slow the rate."""
        return max(1.0, self.rate * BURST_SECONDS)


def full(rate: float, now: float) -> Bucket:
    """A bucket nobody has taken from yet."""
    bucket = Bucket(rate, 0.0, now)
    return replace(bucket, tokens=bucket.capacity)


def take(bucket: Bucket, now: float) -> tuple[Bucket, bool]:
    """Ask for one token: the bucket afterwards, and whether there was one. A refusal costs nothing."""
    # A clock set back must not drain the bucket.
    grown = bucket.tokens + bucket.rate * max(0.0, now - bucket.at)
    tokens = min(bucket.capacity, grown)
    allowed = tokens >= 1.0
    return replace(bucket, tokens=tokens - 1.0 if allowed else tokens, at=now), allowed
