"""Draws logos on a frame: a box in the brand's colour, its name and the confidence."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import cv2
import numpy as np

from services.aggregator.looks import Image
from services.aggregator.overlay.boxes import Shown

GOLDEN = 0.618034  # of a turn of the colour wheel: neighbours are never alike
TEXT_SHARE = 36  # lines of text a frame would hold


def colour(number: int) -> tuple[int, int, int]:
    """The colour of the brand with this number: blue, green, red."""
    red, green, blue = colorsys.hsv_to_rgb((0.58 + number * GOLDEN) % 1, 0.75, 0.95)
    return round(255 * blue), round(255 * green), round(255 * red)


def draw(image: Image, logos: Sequence[Shown], brands: Sequence[str]) -> Image:
    """The frame with its logos; one that the detector missed has a thinner box and no confidence."""
    drawn = np.ascontiguousarray(image).copy()
    for logo in logos:
        _draw(drawn, logo, colour(brands.index(logo.brand)))
    return drawn


def _draw(image: Image, logo: Shown, ink: tuple[int, int, int]) -> None:
    height, width = image.shape[:2]
    left, top = round(logo.box.left * width), round(logo.box.top * height)
    right, bottom = round(logo.box.right * width), round(logo.box.bottom * height)
    thick = max(2, height // 240)
    sure = logo.confidence is not None
    cv2.rectangle(image, (left, top), (right, bottom), ink, thick if sure else 1, cv2.LINE_AA)
    text = f"{logo.brand}  {logo.confidence:.0f} %" if sure else logo.brand
    size = max(12, height // TEXT_SHARE)
    base = top - thick - 4 if top > 2 * size else bottom + size + thick + 2
    font = cv2.FontFace("sans")
    cv2.putText(image, text, (left + 1, base + 1), (0, 0, 0), font, size, 600)
    cv2.putText(image, text, (left, base), ink, font, size, 600)
