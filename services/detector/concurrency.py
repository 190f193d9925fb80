"""How many frames to have in hand, pure: by Little's law, rate times time in hand."""

from __future__ import annotations

import math

RESERVE_SECONDS = 0.5  # of frames in hand beyond those under examination, so that no turn passes unused
FEWEST = 2
WEIGHT = 0.2  # of the newest latency in the running mean


def frames_at_once(rate: float, latency: float, most: int) -> int:
    """Frames to have in hand at a rate (calls/s) where each takes `latency` seconds, at most so many."""
    return max(1, min(most, FEWEST + math.ceil(rate * (latency + RESERVE_SECONDS))))


def mean_latency(mean: float | None, newest: float) -> float:
    """The running mean of latencies in seconds, with the newest one."""
    return newest if mean is None else mean + WEIGHT * (newest - mean)
