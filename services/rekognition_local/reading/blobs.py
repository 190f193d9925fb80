"""Finds what may be letters: connected blobs of ink, dark on light or light on dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

LONGEST = 1280  # pixels of the longer side while it is searched
LEAST_HEIGHT = 9  # pixels below which no letter can be told
_MOST_HEIGHT = 0.5  # of the image
_MOST_WIDE = 2.5  # width to height; more is a rule or a shadow
_LEAST_CONTRAST = 40  # grey levels between ink and paper

Mask = NDArray[Any]  # bool, H x W


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob of ink: its box in pixels, and its shape (mask of that box)."""

    left: int
    top: int
    width: int
    height: int
    mask: Mask

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def inks(grey: NDArray[Any]) -> Iterator[list[Blob]]:
    """The blobs of each kind of ink in a grey image (H x W, uint8): dark ones, then light ones."""
    block = max(31, (min(grey.shape) // 8) | 1)
    around = cv2.boxFilter(grey, cv2.CV_16S, (block, block))
    difference = grey.astype(np.int16) - around
    for sign in (-1, 1):
        ink = (sign * difference > _LEAST_CONTRAST // 2).astype(np.uint8)
        yield _blobs(ink, grey)


def _blobs(ink: NDArray[Any], grey: NDArray[Any]) -> list[Blob]:
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
    blobs = []
    for number in range(1, count):
        left, top, width, height, area = (int(value) for value in boxes[number])
        if not _may_be_letter(width, height, area, grey.shape[0]):
            continue
        window = (slice(top, top + height), slice(left, left + width))
        blobs.append(Blob(left, top, width, height, numbers[window] == number))
    return blobs


def _may_be_letter(width: int, height: int, area: int, image_height: int) -> bool:
    dot = 3 <= width <= 3 * height and 3 <= height <= LEAST_HEIGHT
    letter = LEAST_HEIGHT <= height <= _MOST_HEIGHT * image_height and width <= _MOST_WIDE * height
    return (dot or letter) and area >= 0.12 * width * height
