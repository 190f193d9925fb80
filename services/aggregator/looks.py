"""Looks at the best frame of an exposure, pure: how sharp its logo is, and small pictures of it.

Sharpness is that of the sharpest edges in the box: the 99th percentile of the gradient's magnitude over the
contrast, on the luma of the frame at 480 pixels, so that it does not depend on the resolution. An ideal edge
crosses half of its contrast in one pixel, so twice that share runs from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.aggregator.analysis.sightings import Box

Image = NDArray[np.uint8]

LONG_SIDE = 480  # pixels at which sharpness is measured
STEEP = 99  # percentile of the gradients
LEAST_CONTRAST = 8.0  # of luma: below it there is nothing but noise
# A JPEG decodes to a half or a quarter in a fraction of the time, and twice 480 pixels are enough to look at.
REDUCED = ((3840, cv2.IMREAD_REDUCED_COLOR_4), (1920, cv2.IMREAD_REDUCED_COLOR_2))
THUMBNAIL = 240, 135  # pixels at most
TILE = 480, 270
QUALITY = 80  # JPEG's
FRAME = (63, 210, 255)  # blue, green, red: the yellow of the dashboard, which neither grass nor sky has


class NoPicture(Exception):
    """What lies in S3 is no picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one logo in one frame looks like; the thumbnail is a JPEG with its box drawn."""

    sharpness: float
    thumbnail: bytes


def decoded(data: bytes, width: int) -> Image:
    """The picture of a frame of a video so many pixels wide, smaller if it is large; raises `NoPicture`."""
    flags = next((flag for least, flag in REDUCED if width >= least), cv2.IMREAD_COLOR)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
    if image is None:
        raise NoPicture("the frame is no picture")
    return np.asarray(image, np.uint8)


def look(image: Image, box: Box) -> Look:
    """Judge and draw the logo in this box."""
    return Look(sharpness(image, box), jpeg(boxed(image, box, THUMBNAIL)))


def sharpness(image: Image, box: Box) -> float:
    """How sharp what the box holds is, 0 to 1."""
    height, width = image.shape[:2]
    small = _scaled(image, LONG_SIDE / max(width, height))
    luma = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=1 / 8)
    rows, columns = _pixels(box, luma.shape[1], luma.shape[0])
    steepness = cv2.magnitude(across, down)[rows, columns]
    low, high = np.percentile(luma[rows, columns], (100 - STEEP, STEEP))
    if high - low < LEAST_CONTRAST:
        return 0.0
    return min(1.0, float(2 * np.percentile(steepness, STEEP) / (high - low)))


def boxed(image: Image, box: Box, most: tuple[int, int]) -> Image:
    """The picture within so many pixels, with the box drawn."""
    height, width = image.shape[:2]
    small = _scaled(image, min(1.0, most[0] / width, most[1] / height)).copy()
    rows, columns = _pixels(box, small.shape[1], small.shape[0])
    corners = (columns.start, rows.start), (columns.stop - 1, rows.stop - 1)
    line = max(1, round(small.shape[1] / 240))
    cv2.rectangle(small, *corners, (0, 0, 0), line + 2)
    cv2.rectangle(small, *corners, FRAME, line)
    return small


def jpeg(image: Image) -> bytes:
    """The picture as a file."""
    _, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    return np.asarray(data).tobytes()


def _scaled(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def _pixels(box: Box, width: int, height: int) -> tuple[slice, slice]:
    """Rows and columns of the box, at least one of each."""
    top, left = min(height - 1, int(box.top * height)), min(width - 1, int(box.left * width))
    bottom, right = max(top + 1, round(box.bottom * height)), max(left + 1, round(box.right * width))
    return slice(top, bottom), slice(left, right)
