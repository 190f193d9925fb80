"""The geometry and the ground truth that follows from it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.samples.boards import ROLL, advert, picture, showing
from services.samples.pen import WHITE, colour
from services.samples.space import HEIGHT, WIDTH, Camera, Panel, Picture, mapped, shoot, upright
from services.samples.truth import CLEAR_SHARE, Exposure, Sighting, as_json, exposures, sightings

AHEAD = Camera((0, 0, 0), yaw=0, pitch=0, roll=0, focal=1000)
BOARD = advert("orbelo", (4, 2), WHITE, colour(0x808080))
OPAQUE = picture(np.zeros((8, 8, 3), np.uint8))
BLANK = picture(np.zeros((8, 8, 4), np.uint8))


def board(x: float = 0, shown: Picture = BOARD) -> Panel:
    return upright(x, -1, 20, 4, 2, shown)


def test_a_board_straight_ahead_is_seen_whole_in_the_middle() -> None:
    (sighting,) = sightings(shoot(AHEAD, [board()]))
    x0, y0, x1, y1 = sighting.box
    assert sighting.visible == 1
    assert (x0 + x1) / 2 == pytest.approx(WIDTH / 2, abs=1)
    assert (y0 + y1) / 2 == pytest.approx(HEIGHT / 2, abs=1)
    assert y1 - y0 == pytest.approx(0.84 * 2 * 1000 / 20, abs=1)


@pytest.mark.parametrize(("cover", "visible"), [(OPAQUE, 0.5), (BLANK, 1.0)])
def test_only_ink_in_front_hides_a_logo(cover: Picture, visible: float) -> None:
    half = upright(-5, -5, 10, 10, 10, cover)
    (sighting,) = sightings(shoot(AHEAD, [board(), half]))
    assert sighting.visible == pytest.approx(visible, abs=0.03)


def test_a_panel_behind_hides_nothing() -> None:
    (sighting,) = sightings(shoot(AHEAD, [upright(0, -5, 30, 10, 10, OPAQUE), board()]))
    assert sighting.visible == 1


def test_a_logo_cut_by_the_edge_is_seen_in_part_and_its_box_is_clipped() -> None:
    (sighting,) = sightings(shoot(AHEAD, [board(x=WIDTH / 2 / 1000 * 20)]))
    assert sighting.visible == pytest.approx(0.5, abs=0.03)
    assert sighting.box[2] == WIDTH


@pytest.mark.parametrize("z", [-20.0, 0.1])
def test_nothing_is_seen_of_a_board_behind_or_at_the_eye(z: float) -> None:
    assert sightings(shoot(AHEAD, [upright(0, -1, z, 4, 2, BOARD), board(x=100)])) == []


def test_an_led_board_rolls_from_one_logo_to_the_next() -> None:
    other = advert("bastigo", (4, 2), WHITE, colour(0x808080))
    programme = ((0.0, BOARD), (5.0, other))
    before, after = showing(programme, 4.9), showing(programme, 5 + ROLL)
    half = sightings(shoot(AHEAD, [board(shown=showing(programme, 5 + ROLL / 2))]))
    assert (before, after) == (BOARD, other)
    assert {sighting.label: sighting.visible for sighting in half} == {
        "orbelo": pytest.approx(0.5, abs=0.12),
        "bastigo": pytest.approx(0.5, abs=0.12),
    }


angles = st.floats(-40, 40)


@given(yaw=angles, pitch=angles, roll=angles, s=st.floats(0, 1), t=st.floats(0, 1))
def test_a_homography_maps_like_projection_point_by_point(
    yaw: float, pitch: float, roll: float, s: float, t: float
) -> None:
    camera, panel = Camera((1, 2, 3), yaw, pitch, roll, 900), upright(0, 0, 40, 60, 60, OPAQUE)
    shot = shoot(camera, [panel])
    if not shot.views:
        return
    across, down, corner = panel.plane
    x, y, depth = camera.matrix() @ (corner + s * across + t * down - camera.eye)
    image, _ = mapped(shot.views[0].homography, np.array([(s, t)]))
    assert image[0] == pytest.approx((x / depth, y / depth), rel=1e-6, abs=1e-4)


def seen(visible: float) -> list[Sighting]:
    return [Sighting("orbelo", (0, 0, 100, 100), visible)]


@given(clear=st.lists(st.booleans(), max_size=60))
def test_exposures_cover_exactly_the_clear_frames(clear: list[bool]) -> None:
    fps = Fraction(30000, 1001)
    found = exposures([seen(1) if is_clear else seen(CLEAR_SHARE / 2) for is_clear in clear], fps)
    middles = [float((index + Fraction(1, 2)) / fps) for index in range(len(clear))]
    assert [any(e.start < middle < e.end for e in found) for middle in middles] == clear
    assert all(earlier.end < later.start for earlier, later in pairwise(found))


def test_two_sightings_of_one_brand_are_one_exposure() -> None:
    assert exposures([seen(1) + seen(0.1), seen(1) + seen(1)], Fraction(25)) == [Exposure("orbelo", 0, 0.08)]


def test_the_file_holds_rate_size_frames_and_exposures() -> None:
    content = as_json([[], seen(1)], Fraction(30000, 1001))
    assert (content["fps"], content["size"]) == ("30000/1001", [WIDTH, HEIGHT])
    assert content["frames"] == [[], [{"label": "orbelo", "box": [0, 0, 100, 100], "visible": 1}]]
    assert content["exposures"] == [{"label": "orbelo", "start": 0.033, "end": 0.067}]
