"""Looks at frames: sharp logos are told from blurred ones, at any size, and boxes are drawn in place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings

from services.aggregator.analysis.sightings import WHOLE, Box
from services.aggregator.looks import Image, NoPicture, boxed, decoded, look, sharpness
from tests.unit.aggregator.shown import boxes

LOGO = Box(0.25, 0.25, 0.5, 0.5)


def drawn(blur: float = 0.0, width: int = 960, contrast: int = 200) -> Image:
    """Bars in the middle of a grey frame."""
    image = np.full((width * 9 // 16, width, 3), 30, np.uint8)
    bar = width // 16
    for left in range(width // 4, 3 * width // 4, 2 * bar):
        image[image.shape[0] // 4 : 3 * image.shape[0] // 4, left : left + bar] = 30 + contrast
    return np.asarray(cv2.GaussianBlur(image, (0, 0), blur * width / 960) if blur else image, np.uint8)


def test_a_blurred_logo_is_less_sharp_the_more_it_is_blurred() -> None:
    measured = [sharpness(drawn(blur), LOGO) for blur in (0, 4, 8, 16)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] > 0.8
    assert measured[-1] < 0.3


def test_sharpness_depends_neither_on_the_size_of_the_frame_nor_on_the_light() -> None:
    usual = sharpness(drawn(6), LOGO)
    assert sharpness(drawn(6, width=1920), LOGO) == pytest.approx(usual, abs=0.05)
    assert sharpness(drawn(6, contrast=60), LOGO) == pytest.approx(usual, abs=0.05)


def test_where_there_is_nothing_there_is_nothing_sharp() -> None:
    assert sharpness(drawn(), Box(0.0, 0.0, 0.1, 0.1)) == 0.0


@settings(max_examples=50)
@given(boxes())
def test_any_box_within_the_frame_can_be_looked_at(box: Box) -> None:
    assert 0.0 <= look(drawn(width=160), box).sharpness <= 1.0


def test_a_thumbnail_is_small_and_has_the_box_drawn() -> None:
    small = boxed(drawn(width=1920), LOGO, (240, 135))
    assert small.shape == (135, 240, 3)
    assert small[33, 120].tolist() != boxed(drawn(width=1920), WHOLE, (240, 135))[33, 120].tolist()


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_what_is_no_picture_is_told(data: bytes) -> None:
    with pytest.raises(NoPicture):
        decoded(data, 1280)


@pytest.mark.parametrize(("width", "as_wide"), [(640, 640), (1280, 1280), (1920, 960), (3840, 960)])
def test_large_frames_are_decoded_smaller(width: int, as_wide: int) -> None:
    data = cv2.imencode(".jpg", drawn(width=width))[1].tobytes()
    assert decoded(data, width).shape[1] == as_wide
    assert sharpness(decoded(data, width), LOGO) == pytest.approx(sharpness(drawn(), LOGO), abs=0.1)
