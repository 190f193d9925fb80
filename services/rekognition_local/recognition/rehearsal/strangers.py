"""Strangers: invented signs in the proportions and colours of a logo, which must not be taken for it.

Without them a network tells a logo by its colours and rough shape, which is cheapest, and is half sure of
any lettering on a board.
"""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition.rehearsal.cutouts import Cutout, lift
from services.rekognition_local.recognition.rehearsal.scenery import LETTERS, random_colour
from services.rekognition_local.recognition.samples import Floats, Image, LabelledBox, LabelledImage

_HEIGHT = 120  # pixels of a sign
_STRETCH = 0.2  # natural logarithm of the largest change of aspect
_OFTEN_LONGER, _LONGER = 0.3, (1.5, 3.5)  # how often a sign is longer than the logo, and how many times
_FACES = ("sans", "serif", "italic")
_NOBODY = "a stranger"


def stranger(logo: Cutout, rng: np.random.Generator) -> Cutout:
    """An invented sign about as wide as the logo, or longer, in its colours, lifted as a logo picture is."""
    aspect = logo.box[2] / logo.box[3] * np.exp(rng.uniform(-_STRETCH, _STRETCH))
    if rng.random() < _OFTEN_LONGER:  # a part of a long word is as like a logo as a short word is
        aspect *= rng.uniform(*_LONGER)
    width = max(12, round(_HEIGHT * float(aspect)))
    colours = [_colour(logo, rng) for _ in range(3)]
    sign: Image = np.empty((_HEIGHT, width, 3), np.uint8)
    sign[:] = colours[0]
    for left, right in _parts(width, rng):
        draw = _write if rng.random() < 0.55 else _draw
        draw(sign[:, left:right], colours[int(rng.integers(1, 3))], rng)
    lifted = lift(LabelledImage(sign, (LabelledBox(_NOBODY, 0, 0, width, _HEIGHT),)))
    return lifted[int(rng.integers(len(lifted)))]


def _colour(logo: Cutout, rng: np.random.Generator) -> Floats:
    """Of the logo's inks mostly; else white, or any."""
    dice = rng.random()
    if dice < 0.2:
        return np.asarray(rng.uniform(225, 255, 3), dtype=np.float32)
    if dice < 0.4:
        return random_colour(rng)
    ink = logo.ink(rng)
    return random_colour(rng) if ink is None else ink


def _parts(width: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Where the sign's parts are drawn: one or two all over it, or side by side."""
    if width < 1.5 * _HEIGHT or rng.random() < 0.4:
        return [(0, width)] * int(rng.integers(1, 3))
    cut = int(width * rng.uniform(0.25, 0.75))
    return [(0, cut), (cut, width)]


def _write(place: Image, colour: Floats, rng: np.random.Generator) -> None:
    """Letters that fill the place as well as they can."""
    height, width = place.shape[:2]
    count = int(np.clip(round(width / height * rng.uniform(1, 2.6)), 1, 9))
    text = "".join(rng.choice(LETTERS, count))
    face = cv2.FontFace(str(rng.choice(_FACES)))
    size = height * rng.uniform(0.4, 0.9)
    weight = int(rng.integers(400, 900))
    wide = cv2.getTextSize((0, 0), text, (0, 0), face, round(size), weight)[2]
    size = max(8, round(min(size, size * 0.95 * width / max(wide, 1))))
    left, base = int(width * rng.uniform(0, 0.1)), int((height + 0.7 * size) / 2)
    cv2.putText(place, text, (left, base), colour.tolist(), face, size, weight)


def _draw(place: Image, colour: Floats, rng: np.random.Generator) -> None:
    """A disc, a ring, a star of some corners, bars or blobs around a middle."""
    height, width = place.shape[:2]
    middle = (int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.4, 0.6)))
    reach = int(min(height, width) * rng.uniform(0.2, 0.5)) + 1
    kind = rng.choice(["disc", "ring", "star", "bars", "blobs"])
    if kind == "disc":
        cv2.circle(place, middle, reach, colour.tolist(), -1, cv2.LINE_AA)
    elif kind == "ring":
        thickness = max(2, int(reach * rng.uniform(0.15, 0.5)))
        turn, span = rng.uniform(0, 360), rng.uniform(180, 360)
        axes = (max(1, reach - thickness // 2),) * 2
        cv2.ellipse(place, middle, axes, turn, 0, span, colour.tolist(), thickness, cv2.LINE_AA)
    elif kind == "star":
        cv2.fillPoly(place, [_star(middle, reach, rng)], colour.tolist(), cv2.LINE_AA)
    elif kind == "bars":
        _draw_bars(place, colour, rng)
    else:
        for spot in _star(middle, reach, rng)[::2].tolist():
            cv2.circle(place, spot, max(2, reach // 3), colour.tolist(), -1, cv2.LINE_AA)


def _star(middle: tuple[int, int], reach: int, rng: np.random.Generator) -> Image:
    corners = 2 * int(rng.integers(2, 8))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False) + rng.uniform(0, np.pi)
    far = np.where(np.arange(corners) % 2, rng.uniform(0.3, 1), 1.0) * reach
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * far[:, None] + middle
    return np.asarray(points, dtype=np.int32)


def _draw_bars(place: Image, colour: Floats, rng: np.random.Generator) -> None:
    height, width = place.shape[:2]
    count, lean = int(rng.integers(1, 5)), int(rng.uniform(-0.6, 0.6) * height)
    thick = max(3, int(width / count * rng.uniform(0.2, 0.6)))
    for number in range(count):
        left = width * number // count
        bar = np.array([(left, height), (left + thick, height), (left + thick + lean, 0), (left + lean, 0)])
        cv2.fillPoly(place, [bar.astype(np.int32)], colour.tolist(), cv2.LINE_AA)
