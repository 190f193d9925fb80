"""A logo that is followed from picture to picture, near where it should be by its speed, at three sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np

from services.extractor.following.directions import Directions, Region, directions, likeliest
from services.extractor.orientation import Image
from shared.messaging.messages import BoundingBox

SIZES = (0.95, 1.0, 1.05)  # of the logo, relative to the picture before
SMALLEST = 5  # pixels of each side: less is no picture
NEAR, ANYWHERE = 0.25, 0.5  # of the logo's longer side: how far it is looked for, once its speed is known
LEAST_REACH = 5  # pixels
FOUND = 0.35  # likeness from which on it is the logo, partly hidden maybe


@dataclass(frozen=True, slots=True)
class _Match:
    likeness: float
    x: float  # of the centre, in pixels, as all that follow
    y: float
    width: float
    height: float


class Logo:
    """A logo as it was first seen, and where it is now, how large, and how fast it moves, in pixels."""

    def __init__(self, picture: Image, box: BoundingBox, covers: Sequence[BoundingBox] = ()) -> None:
        region = _region(picture, box)
        self.too_small = min(region.width, region.height) < SMALLEST
        self._drawn = directions(picture, region)
        for cover in covers:
            self._drawn[region.part(_region(picture, cover))] = 0.0  # it is another's
        x, y = region.left + region.width / 2, region.top + region.height / 2
        self._at = _Match(1.0, x, y, region.width, region.height)
        self._speed: tuple[float, float] | None = None

    def likeness(self, picture: Image) -> float:
        """How alike the logo is at its likeliest place in the next picture, its new one."""
        best = self._match(picture)
        if best.likeness > FOUND:
            self._move(best)
        else:
            self._at = _Match(best.likeness, *self._expected, self._at.width, self._at.height)
        return best.likeness

    @property
    def _expected(self) -> tuple[float, float]:
        across, down = self._speed or (0.0, 0.0)
        return self._at.x + across, self._at.y + down

    def _move(self, to: _Match) -> None:
        moved = to.x - self._at.x, to.y - self._at.y
        before = self._speed or moved
        self._speed = (before[0] + moved[0]) / 2, (before[1] + moved[1]) / 2
        self._at = to

    def _match(self, picture: Image) -> _Match:
        region = self._searched()
        among = directions(picture, region)
        return max((self._sized(among, region, size) for size in SIZES), key=lambda match: match.likeness)

    def _searched(self) -> Region:
        """Where the logo is looked for."""
        (x, y), width, height = self._expected, self._at.width, self._at.height
        share = NEAR if self._speed else ANYWHERE
        reach = max(LEAST_REACH, int(share * max(width, height)))
        width, height = (ceil(side * SIZES[-1]) + 1 + 2 * reach for side in (width, height))
        return Region(round(x - width / 2), round(y - height / 2), width, height)

    def _sized(self, among: Directions, region: Region, size: float) -> _Match:
        width = max(SMALLEST, round(self._at.width * size))
        height = max(SMALLEST, round(self._at.height * size))
        template = np.asarray(cv2.resize(self._drawn, (width, height)), np.float32)
        place = likeliest(template, among)
        x, y = region.left + place.left + width / 2, region.top + place.top + height / 2
        return _Match(place.likeness, x, y, width, height)


def _region(picture: Image, box: BoundingBox) -> Region:
    """The pixels of a box."""
    height, width = picture.shape[:2]
    left, top = max(0, int(box.left * width)), max(0, int(box.top * height))
    right = min(width, ceil((box.left + box.width) * width))
    bottom = min(height, ceil((box.top + box.height) * height))
    return Region(left, top, right - left, bottom - top)
