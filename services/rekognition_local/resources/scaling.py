"""How many units a model that was started with a maximum has in service: as many as its load asks for.

AWS does not document its policy. Ours looks once a window at how many images were asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

WANTED_LOAD = 0.8  # of what the units in service can take


@dataclass(frozen=True, slots=True)
class Demand:
    """So many images were asked for since a time (seconds), those refused among them."""

    since: float
    images: int = 0

    def more(self) -> Demand:
        """One image more."""
        return replace(self, images=self.images + 1)


def windows(demand: Demand, now: float, window: float) -> int:
    """How many whole windows have passed since the demand was last weighed."""
    return max(0, math.floor((now - demand.since) / window)) if window > 0 else 0


def units(in_service: int, images: int, window: float, rate: float, least: int, most: int) -> int:
    """The units after a window in which so many images were asked for, at `rate` images a second and unit.

    As many as the load needs at once when it grows, one fewer at a time when it shrinks.
    """
    needed = math.ceil(images / (window * rate * WANTED_LOAD))
    return min(most, max(least, needed, in_service - 1))
