"""What a scene is: a name, a length and a function from time to a shot; and how its camera moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.samples.space import Shot

SHUTTER = 1 / 110  # seconds the shutter is open, which makes the blur of a pan


@dataclass(frozen=True, slots=True)
class Scene:
    """A video to be made; `shot` may be asked for any time from 0 to `seconds`."""

    name: str
    fps: Fraction
    seconds: int
    shot: Callable[[float], Shot]

    @property
    def times(self) -> list[float]:
        """The time of every frame in seconds."""
        return [float(index / self.fps) for index in range(int(self.seconds * self.fps))]


@dataclass(frozen=True, slots=True)
class Key:
    """Where a camera's head stands at a time; between two keys it moves smoothly, at rest at each."""

    time: float
    yaw: float
    pitch: float
    focal: float


def headed(keys: Sequence[Key], time: float) -> tuple[float, float, float]:
    """Yaw, pitch (degrees) and focal length (pixels) at `time`, with the slight sway of a cameraman."""
    after = min(max(bisect_right([key.time for key in keys], time), 1), len(keys) - 1)
    start, end = keys[after - 1], keys[after]
    share = float(np.clip((time - start.time) / (end.time - start.time), 0, 1))
    ease = share * share * (3 - 2 * share)
    yaw, pitch, focal = (
        a + (b - a) * ease
        for a, b in ((start.yaw, end.yaw), (start.pitch, end.pitch), (start.focal, end.focal))
    )
    return yaw + 0.12 * float(np.sin(1.7 * time)), pitch + 0.05 * float(np.sin(2.3 * time + 1)), focal


def pan_blur(keys: Sequence[Key], time: float) -> int:
    """How many pixels the pan smears while the shutter is open, an odd number."""
    step = 0.02
    before, after = headed(keys, time - step), headed(keys, time + step)
    speed = np.radians(after[0] - before[0]) / (2 * step) * after[2]
    return int(abs(speed) * SHUTTER) | 1
