"""Make a JPEG or PNG file of a picture, in memory."""

from __future__ import annotations

import cv2
import numpy as np
import simplejpeg

from services.extractor.media import Encoding
from services.extractor.orientation import Image
from services.extractor.pictures.planes import Planes

HALF_CHROMA = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
WHOLE_CHROMA = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444


def encode(picture: Image | Planes, encoding: Encoding, whole_chroma: bool = False) -> bytes:
    """The file's bytes; an image is height x width x 3, blue first.

    A JPEG of planes has their chroma; that of an image half of it each way, unless `whole_chroma` is wanted.
    """
    if isinstance(picture, Planes):
        planes = (picture.luma, picture.blue, picture.red)
        return bytes(simplejpeg.encode_jpeg_yuv_planes(*planes, quality=encoding.quality))
    if encoding.format == "png":
        return _written(".png", picture, [])
    chroma = WHOLE_CHROMA if whole_chroma else HALF_CHROMA
    settings = [cv2.IMWRITE_JPEG_QUALITY, encoding.quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, chroma]
    return _written(".jpg", picture, settings)


def _written(suffix: str, image: Image, settings: list[int]) -> bytes:
    ok, data = cv2.imencode(suffix, image, settings)
    if not ok:
        raise ValueError(f"a picture of {image.shape[1]} × {image.shape[0]} cannot be a {suffix} file")
    return np.asarray(data).tobytes()
