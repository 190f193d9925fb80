"""Images as Rekognition takes them: limits checked from the header, before any pixel is decoded."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.rekognition_local.errors import (
    ImageTooLargeException,
    InvalidImageFormatException,
    InvalidParameterException,
)
from shared.datasets.picturesize import LONGEST_SIDE, NoPicture, bounds_broken, size_of

MOST_BYTES_SENT = 4 * 1024 * 1024  # in the request itself, to a model of one's own
MOST_BYTES_SENT_PLAIN = 5 * 1024 * 1024  # in the request itself, to what needs no model

Pixels = NDArray[np.uint8]


def check(data: bytes, most_bytes: int) -> None:
    """Raises `ImageTooLargeException`, `InvalidImageFormatException` or `InvalidParameterException`."""
    if len(data) > most_bytes:
        raise ImageTooLargeException(f"The image has {len(data)} bytes; at most {most_bytes} are allowed.")
    try:
        width, height = size_of(data)
    except NoPicture as error:
        raise InvalidImageFormatException(str(error)) from None
    for sentence in bounds_broken(width, height):
        too_large = max(width, height) > LONGEST_SIDE
        raise (ImageTooLargeException if too_large else InvalidParameterException)(sentence)


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
