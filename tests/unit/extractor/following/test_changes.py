"""Following a logo: it is found where it comes or leaves, whatever is behind it or before it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor.following.changes import change, cut
from services.extractor.orientation import Image
from shared.messaging.messages import BoundingBox, LogoInSight
from tests.unit.extractor.following.pictured import HEIGHT, WIDTH, logo, picture


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 23), st.integers(-3, 3))
def test_a_logo_that_vanishes_is_found_to_the_picture_while_it_moves(stop: int, speed: int) -> None:
    pictures = [picture(120 + speed * n if n < stop else None) for n in range(25)]
    found = change(pictures, [logo(120)])
    assert found
    assert (found.number, found.sure) == (stop, True)


def test_a_logo_that_slides_out_of_the_frame_has_left_when_half_of_it_is_out() -> None:
    pictures = [picture(200 + 8 * n) for n in range(25)]  # half out from the twelfth on
    found = change(pictures, [logo(200)])
    assert found
    assert found.sure
    assert 11 <= found.number <= 13


def test_of_a_logo_already_cut_off_it_counts_how_much_of_the_whole_is_left() -> None:
    pictures = [picture(WIDTH - 48 + 2 * n) for n in range(25)]  # three quarters in, half from the eighth on
    found = change(pictures, [logo(WIDTH - 48, share=0.75)])
    assert found
    assert 7 <= found.number <= 10


def test_a_logo_is_followed_over_a_cut_of_the_film_behind_it() -> None:
    pictures = [
        picture(120) if n < 9 else over_another_film(picture(120 if n < 15 else None)) for n in range(25)
    ]
    found = change(pictures, [logo(120)])
    assert found
    assert (found.number, found.sure) == (15, True)


def over_another_film(image: Image) -> Image:
    other = image.copy()
    ground = (image == picture(None)).all(axis=2)
    other[ground] = 255 - image[ground]
    return other


def test_a_logo_behind_another_brand_s_is_followed_by_what_is_to_be_seen_of_it() -> None:
    pictures = [covered(picture(120 if n < 9 else None)) for n in range(20)]
    cover = BoundingBox(left=150 / WIDTH, top=50 / HEIGHT, width=50 / WIDTH, height=70 / HEIGHT)
    found = change(pictures, [logo(120, share=0.5)], [cover])
    assert found
    assert (found.number, found.sure) == (9, True)


def covered(image: Image) -> Image:
    """The picture, with another logo over the right half of the first."""
    hidden = image.copy()
    hidden[50:120, 150:200] = np.random.default_rng(3).integers(0, 255, (70, 50, 3), np.uint8)
    return hidden


def test_of_two_logos_of_a_brand_the_clearer_tells() -> None:
    pictures = [picture(120 if n < 9 else None) for n in range(20)]
    nothing_there = logo(10, top=10)
    assert change(pictures, [nothing_there, logo(120)]) == change(pictures, [logo(120)])


def test_a_logo_that_is_never_seen_to_leave_is_not_sure() -> None:
    found = change([picture(120)] * 20, [logo(120)])
    assert found
    assert not found.sure


def test_a_logo_too_small_to_be_followed_is_left_to_the_samples() -> None:
    speck = LogoInSight(left=0.5, top=0.5, width=0.005, height=0.005)
    assert change([picture(120)] * 3, [speck]) is None
    assert change([picture(120)] * 3, []) is None


def test_a_large_logo_is_followed_in_a_smaller_picture() -> None:
    large = [cv2.resize(picture(120 if n < 7 else None), None, fx=4, fy=4) for n in range(12)]
    found = change([np.asarray(each, np.uint8) for each in large], [logo(120)])
    assert found
    assert (found.number, found.sure) == (7, True)


@pytest.mark.parametrize(
    ("curve", "share", "number", "sure"),
    [
        ([1, 0.9, 0.8, 0.2, 0.1], 1.0, 3, True),
        ([1, 0.9, 0.5, 0.4, 0.2], 1.0, 3, True),  # the first with less than half
        ([1, 0.9, 0.5, 0.4, 0.2], 0.75, 2, True),  # of the whole, of which three quarters were to be seen
        ([1, 0.9, 0.2, 0.8, 0.9], 1.0, 2, False),  # it comes again
        ([1, 1.0, 0.6, 0.6, 0.5], 1.0, 2, False),  # it never falls so far: where two levels fit best
        ([1, 0.5, 0.4, 0.4, 0.4], 1.0, 2, False),  # it falls too little
    ],
)
def test_a_curve_of_likeness_is_cut_where_half_of_the_logo_is_gone(
    curve: list[float], share: float, number: int, sure: bool
) -> None:
    found = cut(np.array(curve), share)
    assert (found.number, found.sure) == (number, sure)


@given(st.lists(st.floats(-1, 2), min_size=1, max_size=30), st.floats(0.5, 1))
def test_whatever_the_curve_the_first_picture_shows_the_logo(rest: list[float], share: float) -> None:
    found = cut(np.array([1.0, *rest]), share)
    assert 1 <= found.number <= len(rest)
