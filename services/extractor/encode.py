"""Make a JPEG or PNG file of a picture, in memory."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.extractor.media import Encoding


def encode(image: NDArray[np.uint8], encoding: Encoding) -> bytes:
    """The file's bytes; the picture is height x width x 3, blue first."""
    if encoding.format == "jpeg":
        ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, encoding.quality])
    else:
        ok, data = cv2.imencode(".png", image)
    if not ok:
        raise ValueError(f"a picture of {image.shape[1]} × {image.shape[0]} cannot be a {encoding.format}")
    return data.tobytes()
