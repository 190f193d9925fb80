"""Judge a picture by its luma plane alone: is it worth a paid detector, or a repetition of the last one?

Every measure is taken on the plane shrunk to 480 pixels on its longer side, so that it does not depend on the
resolution, and by averaging areas, so that noise and JPEG's grain do not count as detail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.config.screening import Screening

Luma = NDArray[np.uint8]

LONG_SIDE = 480  # pixels every measure is taken at
EXTREME = 99.9  # percentile: the edges of one small board are a few thousandths of a picture
TILE = 16  # pixels: a logo of 3 % of the picture fills one


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a picture is not worth examining, and the measure that says so."""

    reason: str
    measure: float


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
    darkest, low, high, brightest = _percentiles(small, (100 - EXTREME, 1, 99, EXTREME))
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, scale=1 / 8)
    steepness = cv2.magnitude(across, down).ravel()
    rank = round(EXTREME / 100 * (steepness.size - 1))
    steepest = np.partition(steepness, rank)[rank]
    return Measures(low, high, float(small.std()), float(steepest / max(brightest - darkest, 1.0)))


def _percentiles(small: Luma, shares: Sequence[float]) -> list[float]:
    """The luma that each share, in percent, of the picture does not exceed."""
    below = np.cumsum(np.bincount(small.ravel(), minlength=256))  # thirty times as fast as np.percentile
    return [float(np.searchsorted(below, share / 100 * small.size)) for share in shares]


def flaw(found: Measures, limits: Screening) -> Flaw | None:
    """Why the picture is not worth examining; None if it is."""
    if found.high < limits.dark:
        return Flaw("too dark", found.high)
    if found.low > limits.bright:
        return Flaw("too bright", found.low)
    if found.spread < limits.flat:
        return Flaw("flat", found.spread)
    if found.sharpness < limits.blur:
        return Flaw("blurred", found.sharpness)
    return None


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
