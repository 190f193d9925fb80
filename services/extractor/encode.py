"""Turn a decoded frame upright and into a JPEG or PNG file in memory."""

from __future__ import annotations

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.extractor.media import Encoding

Image = NDArray[np.uint8]


def encode(frame: VideoFrame, encoding: Encoding) -> tuple[bytes, int, int]:
    """The file's bytes, and the upright picture's width and height in pixels."""
    image = upright(bgr(frame), frame.rotation)
    if encoding.format == "jpeg":
        ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, encoding.quality])
    else:
        ok, data = cv2.imencode(".png", image)
    if not ok:
        raise ValueError(
            f"a frame of {image.shape[1]} × {image.shape[0]} pixels cannot be a {encoding.format}"
        )
    return data.tobytes(), image.shape[1], image.shape[0]


def bgr(frame: VideoFrame) -> Image:
    """The picture as height x width x 3 bytes, converted by the range and matrix the frame declares."""
    plane = frame.reformat(format="bgr24", threads=1).planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width * 3].reshape(plane.height, plane.width, 3)


def upright(image: Image, rotation: int) -> Image:
    """Apply the display rotation, to the nearest right angle."""
    turns = round(rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image
