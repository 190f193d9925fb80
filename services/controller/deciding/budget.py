"""The hard caps on spending, pure: what is left of the day's and the month's dollars, over all models.

A cap can only be kept if the model is stopped before it is reached: what a run must still cost once it is
told to stop, and what a start costs before it can be stopped, is held back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services.controller.deciding.words import dollars
from shared.costs.prices import running_cost
from shared.models.control import ModelState

LONGEST_START = 1800.0  # seconds; a start cannot be broken off, and may be billed
LONGEST_STOP = 240.0  # seconds from the call to STOPPED, which may be billed
LEAST_RUN = 300.0  # seconds; a start that could run for less is not worth its price


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent, in dollars; None is no cap."""

    day: float | None = None
    month: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of the tighter cap."""

    left: float = float("inf")  # dollars
    renewed_at: float = float("inf")  # when there will be more; seconds since the epoch
    words: str = "no cap"

    def without(self, dollars: float) -> Budget:
        """What is left when so much is bound to be spent elsewhere."""
        return replace(self, left=self.left - dollars)


def budget(caps: Caps, spent_day: float, spent_month: float, now: float) -> Budget:
    """What may still be spent; days and months are those of UTC, as on AWS's bill."""
    moment = datetime.fromtimestamp(now, UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    next_month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    choices = [Budget()]
    if caps.day is not None:
        choices.append(_left("day", caps.day, spent_day, midnight + timedelta(days=1)))
    if caps.month is not None:
        choices.append(_left("month", caps.month, spent_month, next_month))
    return min(choices, key=lambda choice: choice.left)


def _left(period: str, cap: float, spent: float, renewed: datetime) -> Budget:
    words = f"{dollars(spent)} of the {period}'s {dollars(cap)} are spent"
    return Budget(cap - spent, renewed.timestamp(), words)


def to_stop(units: int, tick: float) -> float:
    """Dollars that so many running units still cost if they are not told to stop before the next tick."""
    return running_cost(units * (2 * tick + LONGEST_STOP))


def to_start(units: int, tick: float) -> float:
    """Dollars that must be left for a start of so many units: until it runs, a short run, and its stop."""
    return running_cost(units * (LONGEST_START + LEAST_RUN)) + to_stop(units, tick)


def affordable(left: float, wanted: int, tick: float) -> int:
    """The most units, up to those wanted, that so many dollars can start."""
    return max((units for units in range(1, wanted + 1) if to_start(units, tick) <= left), default=0)


def committed(state: ModelState, units: int, starting_for: float, tick: float) -> float:
    """Dollars that a model with so many units is bound to cost yet, however soon it is stopped."""
    match state:
        case ModelState.STARTING:
            return running_cost(units * max(0.0, LONGEST_START - starting_for)) + to_stop(units, tick)
        case ModelState.RUNNING | ModelState.STOPPING:
            return to_stop(units, tick)
        case _:
            return 0.0
