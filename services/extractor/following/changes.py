"""Follows a logo through the pictures between two samples, pure, to find where it came or left.

The picture within the logo's box is looked for in the next frame, near where it should be by its speed, at
three sizes, by normalised cross-correlation (OpenCV's TM_CCOEFF_NORMED; J. P. Lewis, Fast Normalized
Cross-Correlation, 1995). That gives a curve of likeness, which is high while the logo is on screen. It is cut
where two levels fit it best by least squares: how far the one is above the other tells how sure that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from services.extractor.pictures.orientation import Image
from shared.messaging.messages import BoundingBox

SIZES = (0.95, 1.0, 1.05)  # of the logo, relative to the picture before
LARGEST = 96  # pixels, root of a logo's area: a larger one is followed in a smaller picture
SMALLEST = 5  # pixels of each side: less is no picture
NEAR, ANYWHERE = 0.25, 0.5  # of the logo's longer side: how far it is looked for, once its speed is known
LEAST_REACH = 5  # pixels
FOUND = 0.7  # likeness from which on it is the logo
STEADY = 0.9  # below it the logo has changed, and is looked for as it is now
SURE = 0.4  # drop of the likeness from which on the logo has surely left
LEAST_WITHIN = 0.25  # of the logo: with less within the frame it has left

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """The first picture without the logo, by its number, and how far the likeness drops there, -2 to 2."""

    number: int
    drop: float

    @property
    def sure(self) -> bool:
        return self.drop >= SURE


@dataclass(frozen=True, slots=True)
class _Match:
    likeness: float
    x: float  # of the centre, in pixels, as all that follow
    y: float
    width: float
    height: float


def change(pictures: Sequence[Image], boxes: Sequence[BoundingBox]) -> Change | None:
    """Where the clearest of some logos of a brand leaves; None if none is large enough to be followed.

    The first picture shows the logos in these boxes and the last one none: to find where a logo came, give
    the pictures backwards. There are at least two, all of the same size.
    """
    curves = [curve for box in boxes if (curve := _likenesses(pictures, box)) is not None]
    return max((_cut(curve) for curve in curves), key=lambda found: found.drop, default=None)


def _cut(curve: Curve) -> Change:
    def misfit(number: int) -> float:
        return sum(float(((level - level.mean()) ** 2).sum()) for level in (curve[:number], curve[number:]))

    number = min(range(1, len(curve)), key=misfit)
    return Change(number, float(curve[:number].mean() - curve[number:].mean()))


def _likenesses(pictures: Sequence[Image], box: BoundingBox) -> Curve | None:
    """How alike the logo is in each picture, -1 to 1."""
    scale = _scale(pictures[0], box)
    logo = _Logo(_scaled(pictures[0], scale), box)
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


class _Logo:
    """A logo as it was last seen: its picture, where it is, how large, and how fast it moves, in pixels."""

    def __init__(self, picture: Image, box: BoundingBox) -> None:
        height, width = picture.shape[:2]
        left, top = max(0, int(box.left * width)), max(0, int(box.top * height))
        right = min(width, ceil((box.left + box.width) * width))
        bottom = min(height, ceil((box.top + box.height) * height))
        self._picture = picture[top:bottom, left:right]
        self._at = _Match(1.0, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
        self._speed: tuple[float, float] | None = None

    @property
    def too_small(self) -> bool:
        return bool(min(self._picture.shape[:2]) < SMALLEST)

    def likeness(self, picture: Image) -> float:
        """How alike the logo is at its likeliest place in the next picture, its new one; 0 if outside."""
        across, down = self._speed or (0.0, 0.0)
        x, y = self._at.x + across, self._at.y + down
        tried = [self._match(picture, x, y, size) for size in SIZES]
        best = max((match for match in tried if match), key=lambda match: match.likeness, default=None)
        if best and best.likeness > FOUND:
            self._move(best, picture)
        else:
            self._at = _Match(0.0, x, y, self._at.width, self._at.height)
        return best.likeness if best and _within(self._at, picture) >= LEAST_WITHIN else 0.0

    def _move(self, to: _Match, picture: Image) -> None:
        moved = to.x - self._at.x, to.y - self._at.y
        before = self._speed or moved
        self._speed = (before[0] + moved[0]) / 2, (before[1] + moved[1]) / 2
        self._at = to
        if to.likeness < STEADY:
            self._renew(picture)

    def _renew(self, picture: Image) -> None:
        left, top = int(self._at.x - self._at.width / 2), int(self._at.y - self._at.height / 2)
        right, bottom = int(self._at.x + self._at.width / 2), int(self._at.y + self._at.height / 2)
        whole = left >= 0 and top >= 0 and right <= picture.shape[1] and bottom <= picture.shape[0]
        if whole and min(right - left, bottom - top) >= SMALLEST:
            self._picture = picture[top:bottom, left:right]

    def _match(self, picture: Image, x: float, y: float, size: float) -> _Match | None:
        """The likeliest place near this one; None if too little of the logo would be within the frame."""
        width = max(SMALLEST, round(self._at.width * size))
        height = max(SMALLEST, round(self._at.height * size))
        left, top = round(x - width / 2), round(y - height / 2)
        # What is outside the frame cannot be compared.
        first, stop = max(0, -left), min(width, picture.shape[1] - left)
        upper, lower = max(0, -top), min(height, picture.shape[0] - top)
        if min(stop - first, lower - upper) < SMALLEST:
            return None
        part = cv2.resize(self._picture, (width, height))[upper:lower, first:stop]
        share = NEAR if self._speed else ANYWHERE
        reach = max(LEAST_REACH, int(share * max(self._at.width, self._at.height)))
        since_x, since_y = max(0, left + first - reach), max(0, top + upper - reach)
        window = picture[since_y : top + lower + reach, since_x : left + stop + reach]
        _, likeness, _, place = cv2.minMaxLoc(cv2.matchTemplate(window, part, cv2.TM_CCOEFF_NORMED))
        centre = since_x + place[0] - first + width / 2, since_y + place[1] - upper + height / 2
        return _Match(likeness, *centre, width, height)


def _within(logo: _Match, picture: Image) -> float:
    """The share of the logo that lies within the frame."""
    across = min(picture.shape[1], logo.x + logo.width / 2) - max(0.0, logo.x - logo.width / 2)
    down = min(picture.shape[0], logo.y + logo.height / 2) - max(0.0, logo.y - logo.height / 2)
    return float(max(0.0, across) * max(0.0, down) / (logo.width * logo.height))
