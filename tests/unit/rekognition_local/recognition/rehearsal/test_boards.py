"""Boards: behind the logo and all around it, in a colour on which the logo is seen."""

from __future__ import annotations

import numpy as np
import pytest

from services.rekognition_local.recognition.rehearsal import boards
from services.rekognition_local.recognition.rehearsal.cutouts import Cutout, lift
from tests.unit.rekognition_local.recognition.logos import alone, rings

LOGO = lift(alone("rings", rings()))[0]


def laid(logo: Cutout, seed: int) -> np.ndarray:
    under = np.full((*logo.mask.shape, 3), -1, np.float32)
    boards.lay(under, logo, np.eye(3, dtype=np.float32), np.random.default_rng(seed))
    return under


@pytest.mark.parametrize("seed", range(20))
def test_a_board_lies_under_all_of_the_logo(seed: int) -> None:
    left, top, width, height = (int(side) for side in LOGO.box)
    assert (laid(LOGO, seed)[top : top + height, left : left + width] >= 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_a_logo_of_one_colour_is_never_put_on_a_board_of_its_own(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "_STRIPED", 0)
    red = np.array([30, 30, 200], np.float32)
    mask = np.ones((60, 60), np.float32)
    outline = np.array([[10, 10], [50, 10], [50, 50], [10, 50]], np.float32)
    logo = Cutout("red", mask[..., None] * red, mask, (10, 10, 40, 40), outline, True, None)
    assert np.abs(laid(logo, seed)[30, 30] - red).max() > 40
