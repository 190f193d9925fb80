"""The stand-in's own time: real time, or faster, or standing still, or moved ahead; it never goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_SPEED = 100_000.0


@dataclass(frozen=True, slots=True)
class Pace:
    """From the real time `real` on, when ours was `ours`, ours runs `speed` times as fast (seconds)."""

    real: float = 0.0
    ours: float = 0.0
    speed: float = 1.0

    def at(self, real: float) -> float:
        """Our time at a real time."""
        return self.ours + (real - self.real) * self.speed

    def changed(self, real: float, speed: float, skipped: float) -> Pace:
        """Another speed from now on, and so many seconds passed at once."""
        return Pace(real, self.at(real) + skipped, speed)


class Clock:
    """Tells our time in seconds since the epoch."""

    def __init__(self, real: Callable[[], float], pace: Pace) -> None:
        self._real = real
        self.pace = pace

    def __call__(self) -> float:
        return self.pace.at(self._real())

    def change(self, speed: float, skipped: float = 0.0) -> Pace:
        """Run at this speed from now on, `skipped` seconds ahead; returns the new pace."""
        self.pace = self.pace.changed(self._real(), speed, skipped)
        return self.pace
