"""Small pictures of frames: decoded at a fraction of their size, which takes a fraction of the time."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np

QUALITY = 80
AT_ONCE = 2  # more would only make the page wait for its other pictures
WIDEST_REDUCED = 320  # pixels; a quarter of the smallest HD frame is that wide


class Thumbnails:
    """Makes thumbnails, a few at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def make(self, picture: bytes, width: int) -> bytes:
        """The picture as a JPEG of this width; as it is where it is no picture, or no wider."""
        async with self._free:
            return await asyncio.to_thread(shrink, picture, width)


def shrink(picture: bytes, width: int) -> bytes:
    """The picture as a JPEG of this width, its height in proportion."""
    flag = cv2.IMREAD_REDUCED_COLOR_4 if width <= WIDEST_REDUCED else cv2.IMREAD_COLOR
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), flag)
    if decoded is None:
        return picture
    height = max(1, round(decoded.shape[0] * width / decoded.shape[1]))
    small = cv2.resize(decoded, (width, height), interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes() if done else picture
