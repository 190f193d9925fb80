"""Stages for rehearsal: scenes with logos pasted in at known places, and single close-up views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.rekognition_local.recognition import warps
from services.rekognition_local.recognition.cutouts import Cutout, is_logo_only, lift
from services.rekognition_local.recognition.geometry import overlap
from services.rekognition_local.recognition.recognizer import working_size
from services.rekognition_local.recognition.samples import (
    Boxes,
    Image,
    Indices,
    LabelledImage,
    UnusableTrainingMaterial,
)
from services.rekognition_local.recognition.scenery import scene

_HEIGHTS = (26.0, 300.0)  # pixels of a logo in a scene, log-uniform: 4 to 40 % of a 720-line frame
_CLOSE_UP = 110  # pixels: views need no more detail than the classifier's patch
_MADE_UP_SIZE = (540, 960)  # height, width of made-up scenes


View = tuple[Image, Boxes]  # a picture of one logo, and its true box (1 x 4)


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene with the true boxes (N x 4) and label numbers (N) of every logo known to be in it."""

    image: Image
    boxes: Boxes
    owners: Indices


@dataclass(frozen=True, slots=True)
class Props:
    """All there is to stage with: labels, cutouts of each label, and scenes (given ones, or made up)."""

    labels: tuple[str, ...]
    cutouts: tuple[tuple[Cutout, ...], ...]
    stages: tuple[Stage, ...]
    made_up: bool


def gather(samples: Sequence[LabelledImage], made_up: int, rng: np.random.Generator) -> Props:
    """Sort the training material into props; logo-only material gets `made_up` made-up scenes."""
    labels = tuple(sorted({box.label for sample in samples for box in sample.boxes}))
    if not labels:
        raise UnusableTrainingMaterial("no training picture has a labelled box; label at least one logo")
    pieces = [cutout for sample in samples for cutout in lift(sample)]
    cutouts = tuple(tuple(piece for piece in pieces if piece.label == label) for label in labels)
    for label, own in zip(labels, cutouts, strict=True):
        if not own:
            raise UnusableTrainingMaterial(f"all boxes of {label} are under 6 pixels; give larger pictures")
    scenes = [sample for sample in samples if not is_logo_only(sample)]
    stages = [_stage(sample, labels) for sample in scenes]
    # A handful of scenes alone would teach those very scenes.
    given = len(stages)
    while len(stages) < made_up:
        stages.append(Stage(scene(rng, *_MADE_UP_SIZE), np.empty((0, 4), np.float32), np.empty(0, np.intp)))
    return Props(labels, cutouts, tuple(stages), given < len(stages))


def _stage(sample: LabelledImage, labels: tuple[str, ...]) -> Stage:
    image, scale = working_size(np.ascontiguousarray(sample.image[..., :3]))
    boxes = [(box.left, box.top, box.width, box.height) for box in sample.boxes]
    owners = [labels.index(box.label) for box in sample.boxes]
    return Stage(image, np.array(boxes, np.float32).reshape(-1, 4) * scale, np.array(owners, np.intp))


def rehearse(props: Props, stage: Stage, extra: int, rng: np.random.Generator) -> Stage:
    """A copy of the stage with up to `extra` more logos pasted where they cover no other, and weathered."""
    image, boxes, owners = stage.image.copy(), stage.boxes, stage.owners
    for owner in rng.integers(0, len(props.labels), extra).tolist():
        cutout = _pick(props, owner, rng)
        attempt = image.copy()
        placed = warps.paste(attempt, cutout, _height(cutout, rng), rng)
        if placed is None or (len(boxes) and overlap(_grown(placed), boxes).max() > 0):
            continue
        image, boxes, owners = attempt, np.vstack([boxes, placed]), np.append(owners, owner)
    return Stage(warps.weathered(image, rng) if rng.random() < 0.6 else image, boxes, owners)


def close_ups(props: Props, owner: int, count: int, rng: np.random.Generator) -> list[View]:
    """About `count` views of a label, each on a piece of some scene; those that do not fit are left out."""
    views = (_close_up(props, owner, rng) for _ in range(count))
    return [view for view in views if view is not None]


def _close_up(props: Props, owner: int, rng: np.random.Generator) -> View | None:
    cutout = _pick(props, owner, rng)
    height = min(_height(cutout, rng), _CLOSE_UP)
    aspect = cutout.box[2] / cutout.box[3]
    depth, width = int(height * (1.8 + aspect * 0.6)) + 16, int(height * (aspect * 1.8 + 0.6)) + 16
    backdrop = props.stages[int(rng.integers(len(props.stages)))].image
    canvas = _piece(backdrop, depth, width, rng)
    box = warps.paste(canvas, cutout, height, rng)
    return None if box is None else (warps.weathered(canvas, rng), box)


def _pick(props: Props, owner: int, rng: np.random.Generator) -> Cutout:
    """Any cutout of the label."""
    own = props.cutouts[owner]
    return own[int(rng.integers(len(own)))]


def _height(cutout: Cutout, rng: np.random.Generator) -> float:
    """A height in pixels; wide logos are as a rule shown lower."""
    aspect = max(cutout.box[2] / cutout.box[3], 1.0)
    low, high = (limit / np.sqrt(aspect) for limit in _HEIGHTS)
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _piece(image: Image, depth: int, width: int, rng: np.random.Generator) -> Image:
    """A random piece of the image, mirrored outwards where the image is too small."""
    grow = (max(0, depth - image.shape[0]), max(0, width - image.shape[1]))
    if max(grow):
        image = np.pad(image, ((0, grow[0]), (0, grow[1]), (0, 0)), mode="symmetric")
    top, left = rng.integers(0, image.shape[0] - depth + 1), rng.integers(0, image.shape[1] - width + 1)
    return image[top : top + depth, left : left + width].copy()


def _grown(box: Boxes) -> Boxes:
    left, top, width, height = box[0]
    return np.array([[left - width * 0.2, top - height * 0.2, width * 1.4, height * 1.4]], np.float32)
