"""How alike two pictures are by the directions of what is drawn in them, pure.

Orientation correlation (A. J. Fitch, A. Kadyrov, W. J. Christmas, J. Kittler, Orientation Correlation, BMVC
2002): of each pixel only the direction counts in which the picture changes there, and a little whether it
changes much. A direction and its opposite are the same, so a logo stays alike whether what is behind it is
lighter or darker. What is hidden takes away just its share of the likeness.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.extractor.orientation import Image

FAINT = 40.0  # of the Sobel operator, five grey levels a pixel: a change as large as this counts half
SPREAD = 1.0  # pixels, standard deviation: directions match that are so far from their place

Directions = NDArray[
    np.float32
]  # height x width x 2: cosine and sine of twice the direction, of length 0 to 1


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in pixels, which may reach beyond a picture."""

    left: int
    top: int
    width: int
    height: int

    def part(self, other: Region) -> tuple[slice, slice]:
        """The rows and columns of this one that the other covers."""
        return (
            _part(other.top - self.top, other.height, self.height),
            _part(other.left - self.left, other.width, self.width),
        )


def _part(start: int, length: int, of: int) -> slice:
    first = max(0, start)
    return slice(first, max(first, min(of, start + length)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is likeliest, by its left upper corner in pixels, and how alike it is there."""

    likeness: float
    left: int
    top: int


def directions(image: Image, region: Region) -> Directions:
    """Those of a part of a picture; beyond the picture there are none."""
    whole = Region(0, 0, image.shape[1], image.shape[0])
    found = np.zeros((region.height, region.width, 2), np.float32)
    part = image[whole.part(region)]
    if part.size:
        found[region.part(whole)] = _directions(part)
    return found


def likeliest(template: Directions, among: Directions) -> Place:
    """Where in the larger field a template is: as alike as to itself is 1, not at all 0, opposite -1."""
    products = cv2.matchTemplate(among, template, cv2.TM_CCORR)
    _, product, _, (left, top) = cv2.minMaxLoc(products)
    itself = float((template**2).sum())
    return Place(product / itself if itself else 0.0, left, top)


def _directions(image: Image) -> Directions:
    across = cv2.Sobel(image, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(image, cv2.CV_32F, 0, 1)
    strength = across**2 + down**2
    strongest = strength.argmax(axis=2)[..., np.newaxis]
    x, y, of = (np.take_along_axis(each, strongest, axis=2)[..., 0] for each in (across, down, strength))
    doubled = np.dstack([x**2 - y**2, 2 * x * y]) / (of + FAINT**2)[..., np.newaxis]
    return np.asarray(cv2.GaussianBlur(doubled, (0, 0), SPREAD), np.float32)
