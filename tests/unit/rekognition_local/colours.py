"""A small honest recognizer for tests: a logo is a patch of one colour, learnt from the labelled boxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.rekognition_local.recognition.samples import Found, Image, LabelledBox
from services.rekognition_local.training import material
from services.rekognition_local.training.learning import TrainingFailed

NEAR = 40.0  # distance of colours that count as the same
SURENESS_PER_HUNDREDTH = 10.0  # a patch of a tenth of the image is quite certain


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour (BGR) of each label."""

    known: dict[str, list[float]]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted(self.known))

    def detect(self, image: Image) -> list[Found]:
        return [found for label in self.labels if (found := self._find(image, label))]

    def _find(self, image: Image, label: str) -> Found | None:
        near = np.linalg.norm(image - np.array(self.known[label]), axis=2) < NEAR
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not rows.size:
            return None
        height, width = near.shape
        confidence = min(100.0, 100 * float(near.mean()) * SURENESS_PER_HUNDREDTH)
        left, top = columns[0] / width, rows[0] / height
        right, bottom = (columns[-1] + 1) / width, (rows[-1] + 1) / height
        return Found(label, confidence, float(left), float(top), float(right - left), float(bottom - top))


async def learn(folder: Path, model: Path, tell: Callable[[float], None]) -> None:
    """Learn the middle colour of each labelled box."""
    samples = material.read_samples(folder)
    tell(0.25)
    colours = {box.label: _middle(sample.image, box) for sample in samples for box in sample.boxes}
    if "unlearnable" in colours:
        raise TrainingFailed("The label unlearnable cannot be learnt.")
    _save(colours, model)
    for share in material.examine(folder, Colours(colours)):
        tell(share)


def _save(colours: dict[str, list[float]], model: Path) -> None:
    model.write_text(json.dumps(colours))


def _middle(image: Image, box: LabelledBox) -> list[float]:
    row, column = int(box.top + box.height / 2), int(box.left + box.width / 2)
    return [float(value) for value in image[row, column, :3]]


def load(model: Path) -> Colours:
    """Read what `learn` wrote."""
    return Colours(json.loads(model.read_text()))
