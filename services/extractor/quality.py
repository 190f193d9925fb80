"""Judge a picture by its luma plane alone: is it worth a paid detector, or a repetition of the last one?

Every measure is taken on the plane shrunk to 480 pixels on its longer side, so that it does not depend on the
resolution, and by averaging areas, so that noise and JPEG's grain do not count as detail.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

LONG_SIDE = 480  # pixels every measure is taken at
EXTREME = 99.9  # percentile: the edges of one small board are a few thousandths of a picture
TILE = 16  # pixels: a logo of 3 % of the picture fills one


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is rejected; luma runs from 0 (black) to 255 (white)."""

    dark: float = 20.0  # 99 % of the picture is darker: fades, black leader, lens caps
    bright: float = 235.0  # 99 % of the picture is brighter: flashes, white fades
    flat: float = 3.0  # standard deviation of luma: single colours
    blur: float = 0.10  # sharpness: real videos have 0.13 to 0.5, smeared over 2 % of the width 0.04 to 0.09
    duplicate: float = 6.0  # luma by which the most different tile may differ: above it something moved
    max_gap: float = 2.0  # seconds after which any picture counts as new, so that nothing disappears


@dataclass(frozen=True, slots=True)
class Measures:
    """What a picture is like."""

    low: float  # luma that 1 % of the picture lies below
    high: float  # luma that 1 % of the picture lies above
    spread: float  # standard deviation of luma
    sharpness: float  # of the sharpest edges: the share of the contrast crossed in one pixel


def shrunk(luma: Luma) -> Luma:
    """The plane with 480 pixels on its longer side; a smaller one is enlarged, which adds no detail."""
    height, width = luma.shape
    scale = LONG_SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(luma, size, interpolation=method), np.uint8)


def measures(small: Luma) -> Measures:
    """The measures of a plane that `shrunk` has made.

    Sharpness is the 99.9th percentile of the gradient's magnitude (Sobel) over the contrast: that of the
    sharpest edges, so that one board in focus before a blurred crowd is enough, in any light. The usual
    variance of the Laplacian is a mean over all edges: it falls with every plain background, in every fog.
    """
    darkest, low, high, brightest = np.percentile(small, (100 - EXTREME, 1, 99, EXTREME))
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, scale=1 / 8)
    steepest = np.percentile(cv2.magnitude(across, down), EXTREME)
    return Measures(
        float(low), float(high), float(small.std()), float(steepest / max(brightest - darkest, 1.0))
    )


def fault(found: Measures, limits: Thresholds) -> str | None:
    """Why the picture is not worth detecting, with the measure; None if it is."""
    if found.high < limits.dark:
        return f"too dark: 99 % below luma {found.high:.0f}"
    if found.low > limits.bright:
        return f"too bright: 99 % above luma {found.low:.0f}"
    if found.spread < limits.flat:
        return f"flat: luma varies by {found.spread:.1f}"
    if found.sharpness < limits.blur:
        return f"blurred: sharpness {found.sharpness:.3f}"
    return None


def duplicate(one: Luma, other: Luma, seconds_apart: float, limits: Thresholds) -> bool:
    """Whether the later picture may take over what was found in the last one kept."""
    return seconds_apart < limits.max_gap and difference(one, other) < limits.duplicate


def difference(one: Luma, other: Luma) -> float:
    """The mean absolute luma by which the most different tile differs.

    By tiles, so that a small logo that appears is not averaged out. Both planes are ones that `shrunk` has
    made; pictures of different shape differ by 255.
    """
    if one.shape != other.shape:
        return 255.0
    tiles = -(-one.shape[0] // TILE), -(-one.shape[1] // TILE)
    apart = cv2.absdiff(one, other)
    return float(np.max(cv2.resize(apart, tiles[::-1], interpolation=cv2.INTER_AREA)))
