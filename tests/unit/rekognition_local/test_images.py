"""Promises of reading images: their size is known before they are decoded."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local import images
from services.rekognition_local.errors import ApiError, InvalidImageFormatException
from shared.datasets.picturesize import size_of
from tests.unit.rekognition_local.pictures import RED, picture, scene

sides = st.integers(1, 300)


@given(sides, sides, st.sampled_from([".png", ".jpg"]))
def test_the_header_tells_width_and_height(width: int, height: int, kind: str) -> None:
    assert size_of(picture(RED, width, height, kind)) == (width, height)


def test_a_progressive_jpeg_with_comments_and_fill_bytes_is_measured_too() -> None:
    flags = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    data = cv2.imencode(".jpg", np.zeros((70, 90, 3), np.uint8), flags)[1].tobytes()
    comment = b"\xff\xff\xfe\x00\x04hi"
    assert size_of(data[:2] + comment + data[2:]) == (90, 70)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_noise_is_refused_and_never_breaks(noise: bytes, start: bytes) -> None:
    try:
        images.check(start + noise, images.MOST_BYTES_SENT)
        images.decoded(start + noise)
    except ApiError:
        return


@given(st.integers(0, len(scene(".jpg")) - 1))
def test_a_picture_cut_off_is_refused_or_decoded_to_its_size(length: int) -> None:
    try:
        images.check(scene(".jpg")[:length], images.MOST_BYTES_SENT)
        assert images.decoded(scene(".jpg")[:length]).shape == (160, 320, 3)
    except InvalidImageFormatException:
        return


def test_transparency_is_kept_for_training_and_dropped_for_detection() -> None:
    clear = np.zeros((64, 64, 4), np.uint8)
    data = cv2.imencode(".png", clear)[1].tobytes()
    assert images.decoded_with_transparency(data).shape == (64, 64, 4)
    assert images.decoded(data).shape == (64, 64, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_without_transparency_are_three_channels_of_eight_bits(channels: int) -> None:
    deep = np.zeros((64, 64, channels), np.uint16)
    image = images.decoded_with_transparency(cv2.imencode(".png", deep)[1].tobytes())
    assert image.shape == (64, 64, 3)
    assert image.dtype == np.uint8
