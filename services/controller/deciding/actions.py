"""What may be done with a model: start it, stop it, or wait; each with its reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a model is stopped."""

    DONE = "done"
    PAUSED = "paused"
    BUDGET = "budget"
    STALLED = "stalled"
    ENLARGED = "enlarged"


@dataclass(frozen=True, slots=True)
class Start:
    """Start the model with so many inference units, and let AWS go up to `most_units` if that is more."""

    reason: str
    units: int
    most_units: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the model."""

    reason: str
    cause: Cause
    enlarge_to: int = 0  # the units to start again with


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing."""

    reason: str


Action = Start | Stop | Wait
