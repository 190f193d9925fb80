"""Promises of reading text: plain upright lines are read, and pictures without text say nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.rekognition_local.reading import read
from services.rekognition_local.reading.glyphs import spelt


def paper(text: str, face: str = "sans", size: int = 40, weight: int = 700) -> np.ndarray:
    """Black text on white paper, 900 x 160."""
    image = np.full((160, 900, 3), 255, np.uint8)
    cv2.putText(image, text, (30, 100), (0, 0, 0), cv2.FontFace(face), size, weight)
    return image


def sure(image: np.ndarray) -> list[str]:
    return [word.text for line in read(image) for word in line.words if word.confidence >= 80]


@pytest.mark.parametrize("text", ["VOLTRIK 2026", "hello World", "Orbelo beer", "CASINO"])
@pytest.mark.parametrize("face", ["sans", "serif"])
def test_plain_words_are_read_dark_on_light_and_light_on_dark(text: str, face: str) -> None:
    image = paper(text, face)
    assert sure(image) == text.split()
    assert sure(np.asarray(255 - image, np.uint8)) == text.split()


def test_a_word_is_where_it_stands() -> None:
    (line,) = read(paper("VOLTRIK"))
    (word,) = line.words
    assert word.left == pytest.approx(30 / 900, abs=0.01)
    assert word.top + word.height == pytest.approx(100 / 160, abs=0.02)


def test_a_picture_without_text_says_nothing_for_sure() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
    assert sure(noise) == []
    assert read(np.full((240, 320, 3), 128, np.uint8)) == []


@pytest.mark.parametrize(
    ("seen", "meant"),
    [("heIIo", "hello"), ("lNGRlD", "INGRID"), ("2O26", "2026"), ("0rbel0", "orbelo"), ("V0LT", "VOLT")],
)
def test_letters_that_look_alike_are_chosen_by_their_neighbours(seen: str, meant: str) -> None:
    assert spelt(seen) == meant
