"""Invented signs: like a logo in proportions, in no scene over a logo, and a lesson for none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rekognition_local.recognition.rehearsal import warps
from services.rekognition_local.recognition.rehearsal.cutouts import lift
from services.rekognition_local.recognition.rehearsal.lessons import from_lookalikes
from services.rekognition_local.recognition.rehearsal.staging import Props, Stage, lookalikes, rehearse
from services.rekognition_local.recognition.rehearsal.strangers import stranger
from tests.unit.rekognition_local.recognition.logos import alone, rings, wall

LOGO = lift(alone("rings", rings()))[0]
BOX = np.array([[200, 100, 150, 80]], np.float32)
PROPS = Props(("rings",), ((LOGO,),), (Stage(wall(), BOX, np.array([0])),), kept=())


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_a_stranger_has_about_the_proportions_of_the_logo_or_is_longer(seed: int) -> None:
    made = stranger(LOGO, np.random.default_rng(seed))
    own, its = (one.box[2] / one.box[3] for one in (LOGO, made))
    assert -0.25 < np.log(its / own) < 1.5
    assert made.colours.shape[:2] == made.mask.shape
    assert made.mask.max() <= 1


@pytest.mark.parametrize("seed", range(8))
def test_strangers_stand_in_a_scene_but_never_over_a_logo(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warps, "weathered", lambda image, rng: image)
    before = PROPS.stages[0]
    after = rehearse(PROPS, before, logos=0, strangers=6, rng=np.random.default_rng(seed))
    assert np.array_equal(after.boxes, before.boxes)
    assert np.array_equal(after.image[100:180, 200:350], before.image[100:180, 200:350])
    assert not np.array_equal(after.image, before.image)


def test_what_looks_like_a_logo_teaches_background_alone() -> None:
    rng = np.random.default_rng(2)
    lessons = list(from_lookalikes(lookalikes(PROPS, 0, 3, rng), rng))
    assert len(lessons) == 3
    assert all(len(one.quality) and not one.quality.any() for one in lessons)
