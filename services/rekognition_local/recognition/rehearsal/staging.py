"""Stages for rehearsal: scenes with logos pasted in at known places, and single close-up views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.rekognition_local.recognition.geometry import overlap
from services.rekognition_local.recognition.recognizer import working_size
from services.rekognition_local.recognition.rehearsal import warps
from services.rekognition_local.recognition.rehearsal.cutouts import Cutout, is_logo_only, lift
from services.rekognition_local.recognition.rehearsal.scenery import scene
from services.rekognition_local.recognition.rehearsal.strangers import stranger
from services.rekognition_local.recognition.samples import (
    Boxes,
    Image,
    Indices,
    LabelledImage,
    UnusableTrainingMaterial,
)

_HEIGHTS = (26.0, 300.0)  # pixels of a logo in a scene, log-uniform: 4 to 40 % of a 720-line frame
_CLOSE_UP = 110  # pixels: views need no more detail than the classifier's patch
_MADE_UP_SIZE = (540, 960)  # height, width of made-up scenes
_KEPT_EVERY = 6  # every such scene is kept


View = tuple[Image, Boxes]  # a picture of one logo, and its true box (1 x 4)


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene with the true boxes (N x 4) and label numbers (N) of every logo known to be in it."""

    image: Image
    boxes: Boxes
    owners: Indices


@dataclass(frozen=True, slots=True)
class Props:
    """All there is to stage with: labels, cutouts of each label, and scenes (given ones, or made up).

    The scenes `kept` are given ones that are not rehearsed in, so that what was learnt can be tried there.
    """

    labels: tuple[str, ...]
    cutouts: tuple[tuple[Cutout, ...], ...]
    stages: tuple[Stage, ...]
    kept: tuple[Stage, ...]


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
    stages = tuple(_stage(sample, labels) for sample in scenes)
    if len(stages) < made_up:  # a handful of scenes alone would teach those very scenes
        more = tuple(_made_up(rng) for _ in range(len(stages), made_up))
        return Props(labels, cutouts, stages + more, kept=())
    rehearsed = tuple(stage for number, stage in enumerate(stages) if number % _KEPT_EVERY)
    return Props(labels, cutouts, rehearsed, kept=stages[::_KEPT_EVERY])


def _made_up(rng: np.random.Generator) -> Stage:
    return Stage(scene(rng, *_MADE_UP_SIZE), np.empty((0, 4), np.float32), np.empty(0, np.intp))


def unseen(props: Props, rng: np.random.Generator) -> Stage:
    """A scene to try out what was learnt: one of those kept for it, or a new one where scenes are made up."""
    return props.kept[int(rng.integers(len(props.kept)))] if props.kept else _made_up(rng)


def _stage(sample: LabelledImage, labels: tuple[str, ...]) -> Stage:
    image, scale = working_size(np.ascontiguousarray(sample.image[..., :3]))
    boxes = [(box.left, box.top, box.width, box.height) for box in sample.boxes]
    owners = [labels.index(box.label) for box in sample.boxes]
    return Stage(image, np.array(boxes, np.float32).reshape(-1, 4) * scale, np.array(owners, np.intp))


def rehearse(props: Props, stage: Stage, logos: int, strangers: int, rng: np.random.Generator) -> Stage:
    """The stage with up to so many more logos and strangers where they cover no logo, and weathered."""
    for owner in rng.integers(0, len(props.labels), strangers).tolist():
        stage = _with(stage, stranger(_pick(props, owner, rng), rng), None, rng)
    for owner in rng.integers(0, len(props.labels), logos).tolist():
        stage = _with(stage, _pick(props, owner, rng), owner, rng)
    return replace(stage, image=warps.weathered(stage.image, rng)) if rng.random() < 0.6 else stage


def _with(stage: Stage, cutout: Cutout, owner: int | None, rng: np.random.Generator) -> Stage:
    """The stage with a view of a label's logo, or of a stranger; as it was where that would cover a logo."""
    image = stage.image.copy()
    placed = warps.paste(image, cutout, _height(cutout, rng), rng)
    if placed is None or (len(stage.boxes) and overlap(_grown(placed), stage.boxes).max() > 0):
        return stage
    if owner is None:
        return replace(stage, image=image)
    return Stage(image, np.vstack([stage.boxes, placed]), np.append(stage.owners, owner))


def close_ups(props: Props, owner: int, count: int, rng: np.random.Generator) -> list[View]:
    """About `count` views of a label, each on a piece of some scene; those that do not fit are left out."""
    views = (_close_up(props, _pick(props, owner, rng), rng) for _ in range(count))
    return [view for view in views if view is not None]


def lookalikes(props: Props, owner: int, count: int, rng: np.random.Generator) -> list[View]:
    """As `close_ups`, of invented signs in the colours and proportions of a label."""
    views = (_close_up(props, stranger(_pick(props, owner, rng), rng), rng) for _ in range(count))
    return [view for view in views if view is not None]


def _close_up(props: Props, cutout: Cutout, rng: np.random.Generator) -> View | None:
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
    """Where the board of a logo in this box may reach."""
    left, top, width, height = box[0]
    return np.array([[left - width * 0.5, top - height * 0.5, width * 2, height * 2]], np.float32)
