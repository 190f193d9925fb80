"""The ground truth of a scene: which logos a shot shows, where and how much, and the exposures that follow.

Nothing here looks at drawn pixels: the truth comes from the same geometry that the renderer draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.samples.pen import Image
from services.samples.space import HEIGHT, NEAR, WIDTH, Mark, Matrix, Shot, View, mapped

Mask = NDArray[np.bool_]

CLEAR_SHARE = 0.6  # of a logo's ink that must be seen for it to count as clearly visible
CLEAR_HEIGHT = 0.07  # of the frame's height that its box must have
GONE_SHARE = 0.01  # less than this is not visible at all
_SOLID = 128  # alpha from which a panel hides what is behind it


@dataclass(frozen=True, slots=True)
class Sighting:
    """One logo in one frame: its box (x0, y0, x1, y1, pixels, clipped to the frame) and the share seen."""

    label: str
    box: tuple[float, float, float, float]
    visible: float

    @property
    def clear(self) -> bool:
        """Whether anybody would say that the logo is to be seen."""
        height = (self.box[3] - self.box[1]) / HEIGHT
        return self.visible >= CLEAR_SHARE and height >= CLEAR_HEIGHT


@dataclass(frozen=True, slots=True)
class Exposure:
    """A run of frames in which a brand is clearly visible, in seconds from the start of the video."""

    label: str
    start: float
    end: float


def sightings(shot: Shot) -> list[Sighting]:
    """Every logo of which at least a hundredth is to be seen in the shot."""
    found = []
    for index, view in enumerate(shot.views):
        for mark in view.picture.marks:
            sighting = _sight(mark, view, shot.views[index + 1 :])
            if sighting is not None and sighting.visible >= GONE_SHARE:
                found.append(sighting)
    return found


def _sight(mark: Mark, view: View, in_front: Sequence[View]) -> Sighting | None:
    outline, depth = mapped(view.homography, mark.outline.clip(0, 1))
    if depth.min() < NEAR:
        return None
    x0, y0, x1, y1 = np.clip([*outline.min(axis=0), *outline.max(axis=0)], 0, (WIDTH, HEIGHT) * 2).tolist()
    image, _ = mapped(view.homography, mark.samples)
    seen = _inside(mark.samples, 1, 1) & _inside(image, WIDTH, HEIGHT)
    for other in in_front:
        left, top, right, bottom = other.window
        if left < x1 and x0 < right and top < y1 and y0 < bottom:
            seen &= ~_hidden(image, other)
    box = (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
    return Sighting(mark.label, box, round(float(seen.mean()), 3))


def _inside(points: Matrix, width: float, height: float) -> Mask:
    return np.asarray(((points >= 0) & (points < (width, height))).all(axis=1))


def _hidden(image: Matrix, view: View) -> Mask:
    """Which of the image points lie behind the ink of a panel in front of them."""
    place, depth = mapped(np.asarray(np.linalg.inv(view.homography), np.float64), image)
    covered = _inside(place, 1, 1) & (depth > 0)
    texture = view.picture.levels[0]
    if texture.shape[2] == 4:
        covered[covered] = _alpha(texture, place[covered]) >= _SOLID
    return covered


def _alpha(texture: Image, place: Matrix) -> Image:
    columns, rows = (place * (texture.shape[1], texture.shape[0])).astype(int).T
    return np.asarray(texture[rows, columns, 3])


def exposures(frames: Sequence[Sequence[Sighting]], fps: Fraction) -> list[Exposure]:
    """The runs of frames in which each brand is clear, by start and then by name."""
    found = []
    for label in sorted({sighting.label for frame in frames for sighting in frame}):
        clear = [any(s.label == label and s.clear for s in frame) for frame in frames]
        edges = np.flatnonzero(np.diff(np.array([False, *clear, False], np.int8)))
        for first, after in edges.reshape(-1, 2).tolist():
            found.append(Exposure(label, round(float(first / fps), 3), round(float(after / fps), 3)))
    return sorted(found, key=lambda exposure: (exposure.start, exposure.label))


def as_json(frames: Sequence[Sequence[Sighting]], fps: Fraction) -> dict[str, Any]:
    """The ground truth file: frame rate as a fraction, size, frames and exposures."""
    return {
        "fps": f"{fps.numerator}/{fps.denominator}",
        "size": [WIDTH, HEIGHT],
        "exposures": [{"label": e.label, "start": e.start, "end": e.end} for e in exposures(frames, fps)],
        "frames": [
            [{"label": s.label, "box": list(s.box), "visible": s.visible} for s in frame] for frame in frames
        ],
    }
