"""What is learnt of a model, pure: how long its starts take, and how fast an inference unit is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

TYPICAL_START = 600.0  # seconds from the call to RUNNING: the median before any start was seen
SPREAD_OF_STARTS = 0.3164  # of its logarithm; makes the 90th percentile 15 minutes
WEIGHT_OF_PRIOR = 3  # as many starts as the prior counts for
Z90 = 1.2816  # the 90th percentile of the normal distribution

KEPT = 600.0  # unit-seconds of throughput that are remembered, the latest
WEIGHT_OF_SETTING = 30.0  # unit-seconds that the rate in the settings counts for


@lru_cache(maxsize=256)
def start_seconds(starts: tuple[float, ...]) -> float:
    """The 90th percentile of the time a start takes (S90), in seconds: 15 minutes before any was seen.

    Start-up times are taken to be log-normal; the prior counts for `WEIGHT_OF_PRIOR` starts.
    """
    logs = [math.log(taken) for taken in starts]
    weight = WEIGHT_OF_PRIOR + len(logs)
    mean = (WEIGHT_OF_PRIOR * math.log(TYPICAL_START) + sum(logs)) / weight
    squares = WEIGHT_OF_PRIOR * SPREAD_OF_STARTS**2 + sum((each - mean) ** 2 for each in logs)
    return math.exp(mean + Z90 * math.sqrt(squares / weight))


@dataclass(frozen=True, slots=True)
class Throughput:
    """Frames examined while more were waiting, and the unit-seconds it took: what a unit can do."""

    frames: float = 0.0
    unit_seconds: float = 0.0

    def after(self, frames: int, unit_seconds: float) -> Throughput:
        """With some more, and the oldest forgotten."""
        share = min(1.0, KEPT / (self.unit_seconds + unit_seconds))
        return Throughput((self.frames + frames) * share, (self.unit_seconds + unit_seconds) * share)

    def unit_rate(self, presumed: float) -> float:
        """Frames per second and inference unit (mu) by this; as presumed before anything is known."""
        return (presumed * WEIGHT_OF_SETTING + self.frames) / (WEIGHT_OF_SETTING + self.unit_seconds)
