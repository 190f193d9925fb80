"""Images as Rekognition takes them: limits checked from the header, before any pixel is decoded.

Limits: Custom Labels guide, "Guidelines and quotas".
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.rekognition_local.errors import (
    ImageTooLargeException,
    InvalidImageFormatException,
    InvalidParameterException,
)

MOST_BYTES_SENT = 4 * 1024 * 1024  # in the request itself, to a model of one's own
MOST_BYTES_SENT_PLAIN = 5 * 1024 * 1024  # in the request itself, to what needs no model
MOST_BYTES_STORED = 15 * 1024 * 1024  # in S3
SHORTEST_SIDE, LONGEST_SIDE = 64, 4096  # pixels
MOST_ASPECT = 20.0  # longer side to shorter side

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame markers carry the size: C0 to CF without C4 (tables), C8 (reserved) and CC (conditioning).
_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE_MARKERS = {0x01, *range(0xD0, 0xDA)}  # without a length; fill bytes are skipped before

Pixels = NDArray[np.uint8]


def check(data: bytes, most_bytes: int) -> None:
    """Raises `ImageTooLargeException`, `InvalidImageFormatException` or `InvalidParameterException`."""
    if len(data) > most_bytes:
        raise ImageTooLargeException(f"The image has {len(data)} bytes; at most {most_bytes} are allowed.")
    width, height = dimensions(data)
    shorter, longer = sorted((width, height))
    if longer > LONGEST_SIDE:
        raise ImageTooLargeException(f"The image is {width} x {height}; sides end at {LONGEST_SIDE} pixels.")
    if shorter < SHORTEST_SIDE:
        raise InvalidParameterException(
            f"The image is {width} x {height}; sides begin at {SHORTEST_SIDE} pixels."
        )
    if longer > MOST_ASPECT * shorter:
        raise InvalidParameterException(
            f"The image is {width} x {height}; that is longer than {MOST_ASPECT:g} : 1."
        )


def dimensions(data: bytes) -> tuple[int, int]:
    """Width and height by the header of a PNG or JPEG; raises `InvalidImageFormatException`."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    size = _jpeg_size(data) if data.startswith(_JPEG) else None
    if size is None:
        raise InvalidImageFormatException("The image is neither PNG nor JPEG.")
    return size


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments up to the start of the frame (ITU-T T.81, annex B)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _LONE_MARKERS:
            at += 2
        elif marker in _FRAME_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def decoded(data: bytes) -> Pixels:
    """The pixels as H x W x 3 (BGR), turned upright; raises `InvalidImageFormatException`."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise InvalidImageFormatException("The image is damaged.")
    return np.asarray(image, np.uint8)


def decoded_with_transparency(data: bytes) -> Pixels:
    """As `decoded`, but H x W x 4 (BGRA) for a picture of 8 bits a channel that has transparency."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is not None and image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 4:
        return np.asarray(image, np.uint8)
    return decoded(data)
