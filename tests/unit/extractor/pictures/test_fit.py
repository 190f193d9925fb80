"""Pictures are scaled to what Rekognition takes, and to no other shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.pictures.fit import fitted
from shared.datasets.picturesize import LONGEST_SIDE, MOST_ASPECT, SHORTEST_SIDE

sides = st.integers(1, 20_000)


@pytest.mark.parametrize(
    ("size", "taken"),
    [
        ((1920, 1080), (1920, 1080)),
        ((4096, 4096), (4096, 4096)),
        ((7680, 4320), (4096, 2304)),
        ((48, 36), (85, 64)),
        ((1280, 64), (1280, 64)),
        ((1281, 64), None),
        ((10, 201), None),
    ],
)
def test_a_picture_is_scaled_only_as_far_as_it_must(
    size: tuple[int, int], taken: tuple[int, int] | None
) -> None:
    assert fitted(*size) == taken


@given(sides, sides)
def test_whatever_is_taken_is_within_the_limits_and_keeps_its_shape(width: int, height: int) -> None:
    size = fitted(width, height)
    if size is None:
        assert max(width, height) > MOST_ASPECT * min(width, height)
        return
    assert SHORTEST_SIDE <= min(size) <= max(size) <= LONGEST_SIDE
    assert max(size) <= MOST_ASPECT * min(size)
    assert abs(size[0] * height - size[1] * width) <= max(width, height)  # to the nearest pixel


@given(sides, sides)
def test_what_fits_is_left_alone(width: int, height: int) -> None:
    size = fitted(width, height)
    if size is not None:
        assert fitted(*size) == size
