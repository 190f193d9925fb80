"""How many frames to have in hand, pure: by Little's law, rate times time in hand."""

from __future__ import annotations

import math

RESERVE_SECONDS = 1.0  # of frames in hand beyond those at work, so that no turn passes while more are fetched
FEWEST = 2
WEIGHT = 0.2  # of the newest value in a running mean


def frames_at_once(rate: float, work: float, most: int) -> int:
    """Frames to have in hand at a rate (calls/s) where each takes `work` seconds, at most so many."""
    return max(1, min(most, FEWEST + math.ceil(rate * (max(0.0, work) + RESERVE_SECONDS))))


def running_mean(mean: float | None, newest: float) -> float:
    """The running mean with the newest value."""
    return newest if mean is None else mean + WEIGHT * (newest - mean)
