"""Tells letters by their shape: the nearest of those that OpenCV's own typefaces draw."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

CHARACTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_FACES = (("sans", 400), ("sans", 700), ("sans", 900), ("serif", 400), ("serif", 700))
_SIZE, _MARGIN, _DRAWN = 16, 3, 64  # pixels: of a compared shape, of the paper around it, of a drawn one
_SHAPE_WEIGHT = 0.35  # of the proportions against the shape itself
_SMALL_ALIKE = frozenset("cosuvwxz")  # small letters that differ from capitals by their size alone


@dataclass(frozen=True, slots=True)
class Typeface:
    """Every character as it is drawn: unit vectors (N x D), log of width to height (N), and which (N)."""

    shapes: NDArray[Any]
    aspects: NDArray[Any]
    characters: tuple[str, ...]


def tell(masks: list[NDArray[Any]]) -> list[tuple[str, float]]:
    """The likeliest character of each mask (H x W, bool), and how like it is (up to 1)."""
    if not masks:
        return []
    known = _typeface()
    shapes = np.stack([_shape(mask) for mask in masks])
    aspects = np.array([_aspect(mask) for mask in masks])
    likeness = shapes @ known.shapes.T - _SHAPE_WEIGHT * np.abs(aspects[:, None] - known.aspects[None])
    best = likeness.argmax(axis=1)
    return [(known.characters[n], float(row[n])) for n, row in zip(best, likeness, strict=True)]


def cased(character: str, share: float) -> str:
    """A letter whose two cases look alike, by its height as a share of the line's tallest."""
    if character.lower() not in _SMALL_ALIKE:
        return character
    return character.lower() if share < 0.82 else character.upper()


def spelt(word: str) -> str:
    """A word in which what looks alike (I and l, O and 0) is chosen by the letters around it."""
    small = sum(one.islower() for one in word) > sum(one.isupper() for one in word if one != "I")
    if sum(one.isdigit() for one in word) * 2 > len(word):
        return word.replace("O", "0").replace("o", "0").replace("l", "1").replace("I", "1")
    word = word.replace("0", "o" if small else "O")
    return word[0] + word[1:].replace("I", "l") if small else word.replace("l", "I")


@cache
def _typeface() -> Typeface:
    drawn = [(one, _drawn(one, face, weight)) for face, weight in _FACES for one in CHARACTERS]
    return Typeface(
        np.stack([_shape(mask) for _, mask in drawn]),
        np.array([_aspect(mask) for _, mask in drawn]),
        tuple(one for one, _ in drawn),
    )


def _drawn(character: str, face: str, weight: int) -> NDArray[Any]:
    canvas = np.zeros((2 * _DRAWN, 2 * _DRAWN, 3), np.uint8)
    cv2.putText(
        canvas, character, (_DRAWN // 2, _DRAWN * 3 // 2), (255, 255, 255), cv2.FontFace(face), _DRAWN, weight
    )
    mask = canvas[..., 0] > 127
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return np.asarray(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _shape(mask: NDArray[Any]) -> NDArray[Any]:
    """The mask stretched to a square, softened, as a vector of length 1 around its mean."""
    square = cv2.resize(mask.astype(np.float32), (_SIZE, _SIZE), interpolation=cv2.INTER_AREA)
    square = np.pad(square, _MARGIN)  # an I fills its box: without paper around it there is no shape
    vector = cv2.GaussianBlur(square, (3, 3), 0.8).ravel()
    vector = vector - vector.mean()
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _aspect(mask: NDArray[Any]) -> float:
    return float(np.log(mask.shape[1] / mask.shape[0]))
