"""Frames come out upright, whatever their display matrix says, mirrors included."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from services.extractor.orientation import Orientation, of_matrix, of_rotation, orientation, upright
from services.extractor.pictures.picture import picture

ONE, NONE = 1 << 16, 0  # 16.16
MATRICES = {  # a, b, c, d: what FFmpeg's player makes of the same letters
    "as stored": ((ONE, NONE, NONE, ONE), "ab/cd"),
    "a quarter clockwise": ((NONE, ONE, -ONE, NONE), "ca/db"),
    "a quarter counter-clockwise": ((NONE, -ONE, ONE, NONE), "bd/ac"),
    "half a turn": ((-ONE, NONE, NONE, -ONE), "dc/ba"),
    "mirrored": ((-ONE, NONE, NONE, ONE), "ba/dc"),
    "overturned": ((ONE, NONE, NONE, -ONE), "cd/ab"),
    "transposed": ((NONE, ONE, ONE, NONE), "ac/bd"),
    "transposed the other way": ((NONE, -ONE, -ONE, NONE), "db/ca"),
}
LETTERS = np.array([[ord("a"), ord("b")], [ord("c"), ord("d")]], np.uint8)[..., None]


def matrix(a: int, b: int, c: int, d: int) -> tuple[int, ...]:
    return (a, b, 0, c, d, 0, 0, 0, 1 << 30)


def read(image: np.ndarray) -> str:
    return "/".join("".join(chr(value) for value in row) for row in image[..., 0])


@pytest.mark.parametrize("name", MATRICES)
def test_a_display_matrix_is_obeyed(name: str) -> None:
    numbers, expected = MATRICES[name]
    assert read(upright(LETTERS, of_matrix(np.array(matrix(*numbers), np.int32)))) == expected


def test_an_angle_is_rounded_to_a_right_one() -> None:
    assert of_matrix(np.array(matrix(65000, 9000, -9000, 65000), np.int32)) == Orientation()


@pytest.mark.parametrize(
    ("degrees", "name"),
    [
        (0, "as stored"),
        (90, "a quarter counter-clockwise"),
        (-90, "a quarter clockwise"),
        (-180, "half a turn"),
    ],
)
def test_degrees_are_counter_clockwise(degrees: int, name: str) -> None:
    assert read(upright(LETTERS, of_rotation(degrees))) == MATRICES[name][1]


@pytest.mark.parametrize("name", MATRICES)
def test_a_video_s_frames_are_upright(name: str, make_video: Callable[..., Path]) -> None:
    numbers, _ = MATRICES[name]
    path = make_video([0, 512], matrix=matrix(*numbers))
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        stored = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    expected = upright(stored, of_matrix(np.array(matrix(*numbers), np.int32)))
    assert (picture(frame, False, Fraction(1), orientation(frame)) == expected).all()
