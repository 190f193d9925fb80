"""From blobs to lines of words: what stands in a row is a line, what stands close is a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.rekognition_local.reading import blobs, glyphs
from services.rekognition_local.reading.blobs import Blob

_SAME_HEIGHT = 0.55  # of the taller of two neighbours in a line
_REACH = 1.1  # heights of a letter up to the next one of its line
_SPACE = 0.22  # heights of a letter between two words
_LEAST_LIKENESS = 0.62  # of a word's letters on average
_LEAST_LETTERS = 2
_SURE, _UNSURE = 0.92, 0.5  # likeness that counts as 100 and as 0 percent


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its box in ratios of the image, and a confidence of 0 to 100."""

    text: str
    confidence: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a line, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def read(image: NDArray[Any]) -> list[Line]:
    """The lines of text in a BGR image (H x W x 3, uint8), from the top down."""
    scale = min(1.0, blobs.LONGEST / max(image.shape[:2]))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    rows = [row for ink in blobs.inks(grey) for row in _rows(ink)]
    lines = [_line(row, grey.shape[1], grey.shape[0]) for row in rows]
    return sorted((line for line in lines if line.words), key=lambda line: line.words[0].top)


def _rows(ink: list[Blob]) -> list[list[Blob]]:
    """Letters that stand in a row, each row from left to right; letters alone are left out."""
    rows: list[list[Blob]] = []
    for letter in sorted(_with_dots(ink), key=lambda one: one.left):
        near = [row for row in rows if _follows(row[-1], letter)]
        if near:
            max(near, key=lambda row: row[-1].right).append(letter)
        else:
            rows.append([letter])
    return [row for row in rows if len(row) >= _LEAST_LETTERS]


def _with_dots(ink: list[Blob]) -> list[Blob]:
    """The letters, those of i and j with their dots; other dots are dropped."""
    letters = [one for one in ink if one.height > blobs.LEAST_HEIGHT]
    dots = [one for one in ink if one.height <= blobs.LEAST_HEIGHT]
    return [_dotted(letter, dots) for letter in letters]


def _dotted(letter: Blob, dots: Sequence[Blob]) -> Blob:
    for dot in dots:
        inside = letter.left - 2 <= dot.left and dot.right <= letter.right + 2
        if inside and 0 < letter.top - dot.bottom < 0.5 * letter.height and letter.width < letter.height:
            return _joined(letter, dot)
    return letter


def _joined(one: Blob, other: Blob) -> Blob:
    left, top = min(one.left, other.left), min(one.top, other.top)
    right, bottom = max(one.right, other.right), max(one.bottom, other.bottom)
    mask = np.zeros((bottom - top, right - left), bool)
    for part in (one, other):
        rows = slice(part.top - top, part.bottom - top)
        mask[rows, part.left - left : part.right - left] |= part.mask
    return Blob(left, top, right - left, bottom - top, mask)


def _follows(last: Blob, letter: Blob) -> bool:
    shorter, taller = sorted((last.height, letter.height))
    return (
        shorter >= _SAME_HEIGHT * taller
        and -0.2 * taller <= letter.left - last.right <= _REACH * taller
        and abs(letter.bottom - last.bottom) <= 0.35 * taller
    )


def _line(row: list[Blob], width: int, height: int) -> Line:
    told = glyphs.tell([letter.mask for letter in row])
    tallest = float(np.percentile([letter.height for letter in row], 90))
    words, start = [], 0
    for end in range(1, len(row) + 1):
        if end < len(row) and row[end].left - row[end - 1].right < _SPACE * tallest:
            continue
        word = _word(row[start:end], told[start:end], tallest, width, height)
        words += [word] if word else []
        start = end
    return Line(tuple(words))


def _word(
    letters: list[Blob], told: list[tuple[str, float]], tallest: float, width: int, height: int
) -> Word | None:
    likeness = float(np.mean([like for _, like in told]))
    if len(letters) < _LEAST_LETTERS or likeness < _LEAST_LIKENESS:
        return None
    pairs = zip(letters, told, strict=True)
    text = glyphs.spelt("".join(glyphs.cased(one, letter.height / tallest) for letter, (one, _) in pairs))
    left, top = letters[0].left, min(letter.top for letter in letters)
    right, bottom = letters[-1].right, max(letter.bottom for letter in letters)
    sureness = 100 * min(1.0, max(0.0, (likeness - _UNSURE) / (_SURE - _UNSURE)))
    return Word(text, sureness, left / width, top / height, (right - left) / width, (bottom - top) / height)
