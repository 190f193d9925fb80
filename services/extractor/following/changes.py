"""Follows logos through the pictures between two samples, pure, to find where a brand came or left.

A logo's likeness falls as it is hidden, fades or slides out of the frame, and by the same share. It has left
in the first picture that shows less than half of it. Where the likeness never falls so far, the curve is cut
where two levels fit it best by least squares, and the answer is not sure. Neither is it where the likeness
falls too little, or where something as alike comes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.extractor.following.logo import Logo
from services.extractor.orientation import Image
from shared.messaging.messages import BoundingBox, LogoInSight

LARGEST = 96  # pixels, root of a logo's area: a larger one is followed in a smaller picture
HALF = 0.45  # likeness of a logo half of which is hidden, less a little that following it takes away
SURE = 0.4  # drop of the likeness from which on the logo has surely left
AGAIN = 0.7  # likeness above which it may be there again

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """The first picture without the logo, by its number, and how far the likeness drops there, -2 to 2."""

    number: int
    drop: float
    sure: bool


def change(
    pictures: Sequence[Image], logos: Sequence[LogoInSight], covers: Sequence[BoundingBox] = ()
) -> Change | None:
    """Where the clearest of some logos of a brand leaves; None if none is large enough to be followed.

    The first picture shows the logos, some of them behind `covers`, and the last one none: to find where a
    logo came, give the pictures backwards. There are at least two, all of the same size.
    """
    changes = [
        cut(curve, logo.share) for logo in logos if (curve := _likenesses(pictures, logo, covers)) is not None
    ]
    return max(changes, key=lambda found: found.drop, default=None)


def cut(curve: Curve, share: float = 1.0) -> Change:
    """Where a curve of likeness falls, which begins at 1, with this share of the logo."""
    gone = HALF / share
    below = np.flatnonzero(curve < gone)
    number = int(below[0]) if below.size else _two_levels(curve)
    before, after = curve[:number], curve[number:]
    drop = float(before.mean() - after.mean())
    return Change(number, drop, bool(below.size and drop >= SURE and after.max() <= AGAIN))


def _two_levels(curve: Curve) -> int:
    def misfit(number: int) -> float:
        return sum(float(((level - level.mean()) ** 2).sum()) for level in (curve[:number], curve[number:]))

    return min(range(1, len(curve)), key=misfit)


def _likenesses(pictures: Sequence[Image], box: BoundingBox, covers: Sequence[BoundingBox]) -> Curve | None:
    """How alike the logo is in each picture."""
    scale = _scale(pictures[0], box)
    logo = Logo(_scaled(pictures[0], scale), box, covers)
    if logo.too_small:
        return None
    return np.array([1.0, *(logo.likeness(_scaled(picture, scale)) for picture in pictures[1:])])


def _scale(picture: Image, box: BoundingBox) -> float:
    height, width = picture.shape[:2]
    side = float(np.sqrt(box.width * width * box.height * height))
    return 1.0 if side <= LARGEST else 0.5 if side <= 2 * LARGEST else 0.25


def _scaled(picture: Image, scale: float) -> Image:
    if scale == 1:
        return picture
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
