"""Judge a picture by its luma plane alone: worth sending to a paid detector, or a repetition of the last one?

Every measure is taken on the plane shrunk to 480 pixels of width, so that it does not depend on the resolution, and
by averaging areas, so that noise and JPEG's grain do not count as detail.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

WIDTH = 480  # pixels every measure is taken at
TILE = 16  # pixels: a logo of 3 % of the width fills one


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is rejected; each in the unit of its measure, luma from 0 (black) to 255 (white)."""

    dark: float = 20.0  # 99 % of the picture is darker: fades, black leader, lens caps
    bright: float = 235.0  # 99 % of the picture is brighter: flashes, white fades
    flat: float = 3.0  # standard deviation: single colours, colour cards without text
    blur: float = 8.0  # sharpness below which no edge of a logo can be told, also to the eye
    duplicate: float = (
        6.0  # mean difference in the most different tile: less is noise, more is something moving
    )


@dataclass(frozen=True, slots=True)
class Measures:
    """What a picture is like; the units are those of Thresholds."""

    low: float  # luma that 1 % of the picture lies below
    high: float  # luma that 1 % of the picture lies above
    spread: float
    sharpness: float


def shrunk(luma: Luma) -> Luma:
    """The plane at 480 pixels of width, areas averaged; smaller planes are enlarged, which adds no detail."""
    height, width = luma.shape
    size = (WIDTH, max(1, round(height * WIDTH / width)))
    method = cv2.INTER_AREA if width > WIDTH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(luma, size, interpolation=method), np.uint8)


def measures(small: Luma) -> Measures:
    """The measures of a plane that `shrunk` has made.

    Sharpness is the 99th percentile of the gradient's magnitude (Sobel, per pixel): that of the sharpest edges,
    so that a player in focus before a blurred crowd is sharp. The usual variance of the Laplacian is not: it is
    the mean of all edges, and falls with every plain background.
    """
    low, high = np.percentile(small, (1, 99))
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, scale=1 / 8)
    sharpness = np.percentile(cv2.magnitude(across, down), 99)
    return Measures(float(low), float(high), float(small.std()), float(sharpness))


def fault(found: Measures, limits: Thresholds) -> str | None:
    """Why the picture is not worth detecting, with the measure; None if it is."""
    if found.high < limits.dark:
        return f"too dark: 99 % below luma {found.high:.0f}"
    if found.low > limits.bright:
        return f"too bright: 99 % above luma {found.low:.0f}"
    if found.spread < limits.flat:
        return f"flat: luma varies by {found.spread:.1f}"
    if found.sharpness < limits.blur:
        return f"blurred: sharpness {found.sharpness:.1f}"
    return None


def difference(one: Luma, other: Luma) -> float:
    """How much the most different tile differs, mean absolute luma: a small logo that appears is not averaged out.

    Both planes are ones that `shrunk` has made. Pictures of different shape differ by 255.
    """
    if one.shape != other.shape:
        return 255.0
    tiles = -(-one.shape[0] // TILE), -(-one.shape[1] // TILE)
    apart = cv2.absdiff(one, other)
    return float(cv2.resize(apart, tiles[::-1], interpolation=cv2.INTER_AREA).max())
