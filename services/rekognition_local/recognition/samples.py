"""The words of the recognizer: what it learns from and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

# OpenCV's stubs know no more of an array than that it holds numbers, so these names say what it holds.
Image = NDArray[Any]  # uint8, H x W x 3 (BGR) or H x W x 4 (BGRA)
Floats = NDArray[Any]  # float32
Boxes = NDArray[Any]  # float32, N x 4: left, top, width, height in pixels
Indices = NDArray[Any]  # intp


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """Where a logo is in a picture, in pixels."""

    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """A training picture: a scene with boxes, or a logo alone with one box covering it all.

    `image` is uint8, H x W x 3 (BGR) or H x W x 4 (BGRA: the transparency of a logo picture is used).
    """

    image: Image
    boxes: tuple[LabelledBox, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A logo seen in an image; the box is in ratios of the image, inside [0, 1]."""

    label: str
    confidence: float  # 0 to 100, meant as the share that is right; docs/stand-in.md says how far it is
    left: float
    top: float
    width: float
    height: float


class UnusableTrainingMaterial(ValueError):
    """The pictures given cannot train a recognizer; the message says what is missing."""
