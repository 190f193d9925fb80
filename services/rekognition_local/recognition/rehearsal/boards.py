"""What logos are shown on: boards, mostly plain, at times framed or with stripes in the brand's colours."""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition.rehearsal.cutouts import Cutout
from services.rekognition_local.recognition.rehearsal.scenery import random_colour
from services.rekognition_local.recognition.samples import Floats

_MARGIN = 0.05, 0.9  # of the logo's smaller side: how far a board reaches beyond it
_STANDS_OUT = 50  # difference (grey levels) that is seen
_LEAST_SEEN = 0.3  # of a logo
_STRIPED, _FRAMED = 0.3, 0.25  # how many boards are


def lay(under: Floats, logo: Cutout, homography: Floats, rng: np.random.Generator) -> None:
    """Paint a board (in place) that reaches beyond the logo, often in the colour that it was found on."""
    left, top, width, height = logo.box
    across, down = rng.uniform(*_MARGIN, 2) * min(width, height)
    sides = (left - across, top - down, left + width + across, top + height + down)
    colour = _colour(logo, rng)
    _fill(under, _corners(*sides), homography, colour)
    if rng.random() < _STRIPED:
        _paint_stripes(under, sides, homography, colour, _other_colour(logo, rng), rng)
    if rng.random() < _FRAMED:
        _paint_frame(under, sides, homography, _other_colour(logo, rng), rng)


def _colour(logo: Cutout, rng: np.random.Generator) -> Floats:
    """Most boards are nearly white; the others have a colour of the brand, or any, on which it is seen."""
    if logo.plain is not None and rng.random() < 0.6:
        return logo.plain
    other = _other_colour(logo, rng)
    if rng.random() < 0.5 or _hides(other, logo):
        return np.asarray(rng.uniform(215, 255) + rng.uniform(-12, 12, 3), dtype=np.float32).clip(0, 255)
    return other


def _hides(colour: Floats, logo: Cutout) -> bool:
    """Whether hardly anything of the logo stands out from this colour."""
    solid = logo.mask > 0.5
    if not solid.any():
        return True
    inks = logo.colours[solid] / logo.mask[solid][:, None]
    return bool(np.mean(np.abs(inks - colour).max(axis=1) > _STANDS_OUT) < _LEAST_SEEN)


def _other_colour(logo: Cutout, rng: np.random.Generator) -> Floats:
    ink = logo.ink(rng) if rng.random() < 0.5 else None
    return random_colour(rng) if ink is None else ink


def _paint_stripes(
    under: Floats,
    sides: tuple[float, ...],
    homography: Floats,
    ground: Floats,
    colour: Floats,
    rng: np.random.Generator,
) -> None:
    """Slanted stripes from the board's top to its bottom, beside the logo and behind it, faint or bold."""
    left, top, right, bottom = sides
    lean, bold = rng.uniform(-1, 1) * min(bottom - top, (right - left) / 2), rng.uniform(0.2, 1)
    shade = (colour * bold + ground * (1 - bold)).astype(np.float32)
    for _ in range(int(rng.integers(2, 7))):
        thick = rng.uniform(0.03, 0.2) * (bottom - top)
        at = rng.uniform(max(left, left - lean), min(right, right - lean) - thick)
        stripe = [(at, bottom), (at + thick, bottom), (at + thick + lean, top), (at + lean, top)]
        _fill(under, np.array(stripe), homography, shade)


def _paint_frame(
    under: Floats, sides: tuple[float, ...], homography: Floats, colour: Floats, rng: np.random.Generator
) -> None:
    corners = cv2.perspectiveTransform(_corners(*sides)[None].astype(np.float32), homography)[0]
    thickness = max(1, int(rng.uniform(0.01, 0.05) * np.ptp(corners[:, 1])))
    cv2.polylines(under, [corners.astype(np.int32)], True, colour.tolist(), thickness, cv2.LINE_AA)


def _fill(under: Floats, corners: Floats, homography: Floats, colour: Floats) -> None:
    placed = cv2.perspectiveTransform(corners[None].astype(np.float32), homography)[0]
    cv2.fillConvexPoly(under, placed.astype(np.int32), colour.tolist(), cv2.LINE_AA)


def _corners(left: float, top: float, right: float, bottom: float) -> Floats:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
