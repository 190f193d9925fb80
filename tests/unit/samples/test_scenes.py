"""What the sample videos promise whoever measures a detector with them: no doubtful moment, and variety."""

from __future__ import annotations

from collections import Counter
from functools import cache

import cv2
import numpy as np
import pytest

from services.samples.brands import CATALOGUE
from services.samples.making import SCENES
from services.samples.render import Renderer
from services.samples.scene import Scene
from services.samples.truth import Exposure, Sighting, exposures, sightings

RIBBON = (58, 178, 232)  # BGR of the gold across the bastigo shield, from edge to edge
LONGEST_TRANSITION = 0.5  # seconds a logo may be neither clear nor gone
SHORTEST, LONGEST = 3.0, 12.0  # seconds of an exposure

each_scene = pytest.mark.parametrize("name", sorted(SCENES))


@cache
def scene_of(name: str) -> Scene:
    return SCENES[name]()


@cache
def truth(name: str) -> list[list[Sighting]]:
    scene = scene_of(name)
    return [sightings(scene.shot(time)) for time in scene.times]


def all_exposures(name: str) -> list[Exposure]:
    return exposures(truth(name), scene_of(name).fps)


@each_scene
def test_no_logo_is_doubtful_at_a_whole_second_or_a_frame_beside_it(name: str) -> None:
    scene, frames = scene_of(name), truth(name)
    for second in range(scene.seconds):
        instant = round(second * scene.fps)
        for frame in frames[max(instant - 1, 0) : instant + 2]:
            assert [sighting for sighting in frame if not sighting.clear] == [], f"at {second} s of {name}"


@each_scene
def test_a_logo_is_doubtful_for_less_than_half_a_second_on_end(name: str) -> None:
    limit = LONGEST_TRANSITION * scene_of(name).fps
    runs: Counter[str] = Counter()
    for frame in truth(name):
        doubtful = {sighting.label for sighting in frame if not sighting.clear}
        runs = Counter({label: runs[label] + 1 for label in doubtful})
        assert all(length < limit for length in runs.values()), runs


@each_scene
def test_every_exposure_lasts_from_three_to_twelve_seconds(name: str) -> None:
    for exposure in all_exposures(name):
        assert SHORTEST <= exposure.end - exposure.start <= LONGEST, exposure


def test_the_videos_together_expose_every_brand_one_to_three_times() -> None:
    counts = Counter(exposure.label for name in SCENES for exposure in all_exposures(name))
    assert set(counts) == set(CATALOGUE)
    assert max(counts.values()) <= 3


@each_scene
def test_there_are_moments_with_two_brands_and_stretches_with_none(name: str) -> None:
    scene, frames = scene_of(name), truth(name)
    assert any(len({sighting.label for sighting in frame}) >= 2 for frame in frames)
    empty = "".join("." if frame else " " for frame in frames)
    assert " " * round(scene.fps / 2) in empty


def test_some_brand_is_in_one_frame_twice() -> None:
    assert any(max(Counter(s.label for s in frame).values(), default=0) == 2 for frame in truth("match"))


@each_scene
def test_players_and_poles_hide_part_of_a_logo_now_and_then(name: str) -> None:
    hidden = [
        sighting for frame in truth(name) for sighting in frame if sighting.clear and sighting.visible < 0.9
    ]
    assert len(hidden) > 20


@each_scene
def test_the_truth_is_the_same_every_time(name: str) -> None:
    scene = scene_of(name)
    for index in (0, 100, 250, 400):
        assert sightings(scene.shot(scene.times[index])) == truth(name)[index]


def test_the_boxes_lie_round_what_is_drawn() -> None:
    shot = scene_of("race").shot(7.0)
    image = cv2.cvtColor(Renderer().draw(shot), cv2.COLOR_YUV2BGR_I420).astype(int)
    (bastigo,) = [sighting for sighting in sightings(shot) if sighting.label == "bastigo"]
    x0, y0, x1, y1 = (round(edge) for edge in bastigo.box)
    around = image[y0 - 30 : y1 + 30, x0 - 30 : x1 + 30]
    rows, columns = np.nonzero(np.abs(around - RIBBON).max(axis=2) < 40)
    assert columns.min() - 30 == pytest.approx(0, abs=4)
    assert columns.max() - 30 == pytest.approx(x1 - x0, abs=4)
    assert 30 < rows.min() < rows.max() < y1 - y0 + 30
