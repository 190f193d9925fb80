"""Turn a decoded frame into the picture a viewer sees: in its colours, upright, on request without combs."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.extractor.orientation import AS_STORED, Image, Orientation, upright
from services.extractor.pictures import tone
from services.extractor.pictures.planes import LUMA_PLANES, stored_luma


def picture(
    frame: VideoFrame, deinterlace: bool, pixel_aspect: Fraction, way: Orientation = AS_STORED
) -> Image:
    """The upright picture, height x width x 3 bytes, blue first; `pixel_aspect` is width to height."""
    hdr = frame.color_trc in tone.HDR
    image = tone.ordinary(_pixels16(frame), frame.color_trc) if hdr else _pixels(frame)
    if deinterlace and frame.interlaced_frame:
        image = one_field(image)
    return upright(with_square_pixels(image, pixel_aspect), way)


def luma(frame: VideoFrame, image: Image) -> Image:
    """The luma of a frame, from 0 (black) to 255 (white), as it is stored; `image` is its picture.

    Where the frame has no plane of 8 bits, or one that only HDR screens show as it is, it is the picture's.
    """
    if frame.format.name not in LUMA_PLANES or frame.color_trc in tone.HDR:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    return stored_luma(frame)


def one_field(image: Image) -> Image:
    """The first field at full height: every other row becomes the mean of its neighbours."""
    whole = image.copy()
    field = image[::2].astype(np.uint16)
    below = np.concatenate([field[1:], field[-1:]])
    whole[1::2] = ((field + below) // 2)[: len(image) // 2]
    return whole


def with_square_pixels(image: Image, pixel_aspect: Fraction) -> Image:
    """Stretch the picture to the shape it is shown in; no side is ever shrunk."""
    if pixel_aspect == 1:
        return image
    height, width = image.shape[:2]
    shown = (
        (round(width * pixel_aspect), height) if pixel_aspect > 1 else (width, round(height / pixel_aspect))
    )
    return np.asarray(cv2.resize(image, shown, interpolation=cv2.INTER_CUBIC), np.uint8)


def _pixels(frame: VideoFrame) -> Image:
    # FFmpeg converts by the range and the matrix the frame declares; transparency is left out, as players do.
    plane = frame.reformat(format="bgr24", threads=1).planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width * 3].reshape(plane.height, plane.width, 3)


def _pixels16(frame: VideoFrame) -> NDArray[np.uint16]:
    plane = frame.reformat(format="bgr48le", threads=1).planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, plane.line_size // 2)
    return rows[:, : plane.width * 3].reshape(plane.height, plane.width, 3)
