"""Train a recognizer: learn templates, rehearse the classifier on views and mined mistakes, calibrate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from services.rekognition_local.recognition import hog, templates
from services.rekognition_local.recognition.calibration import UNCALIBRATED, calibrate
from services.rekognition_local.recognition.classifier import Lessons, joined, learn
from services.rekognition_local.recognition.geometry import jittered, offsets, overlap
from services.rekognition_local.recognition.recognizer import MOST_PER_LABEL, Recognizer
from services.rekognition_local.recognition.samples import Boxes, Floats, Image, Indices, LabelledImage
from services.rekognition_local.recognition.staging import Props, Stage, close_up, gather, rehearse

_MISS, _HIT = 0.3, 0.65  # overlap up to which a box does not show the logo, and from which it shows it well
_JITTERS = ((4, 0.15), (3, 0.4), (3, 0.8))  # boxes tried around a view's logo: how many, how far off
_MINING_ROUNDS = 2
_PATIENCE = 0.02  # probability of a logo from which a wrong proposal is worth learning from


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to do, from how much there is; counts."""

    views: int  # close-up views per label
    template_views: int  # of them, those that also shape templates
    made_up: int  # made-up scenes when none are given
    rehearsals: int  # scenes searched for mistakes in each mining round
    calibration: int  # scenes for the calibration
    passes: int  # over all lessons, per training of the classifier


def effort_for(samples: Sequence[LabelledImage]) -> Effort:
    """A few logos are learnt in seconds; a set of scenes deserves minutes."""
    if len(samples) < 60:
        return Effort(views=200, template_views=70, made_up=24, rehearsals=24, calibration=16, passes=14)
    return Effort(views=320, template_views=120, made_up=24, rehearsals=len(samples), calibration=60, passes=24)


def train(
    samples: Sequence[LabelledImage], *, seed: int = 0, progress: Callable[[float], None] | None = None
) -> Recognizer:
    """Learn to find every label in the samples; `progress` is told the share done (0 to 1).

    The same samples and seed give the same recognizer. Raises UnusableTrainingMaterial.
    """
    tell = progress or (lambda share: None)
    rng = np.random.default_rng(seed)
    effort = effort_for(samples)
    props = gather(list(samples), effort.made_up, rng)
    tell(0.05)
    views = [_views(props, owner, effort.views, rng) for owner in range(len(props.labels))]
    tell(0.25)
    banks = _banks(props, [own[: effort.template_views] for own in views], rng)
    tell(0.35)
    lessons = [_view_lessons(views, rng)]
    recognizer: Recognizer | None = None
    for number in range(_MINING_ROUNDS):
        lessons.append(_mined(props, banks, recognizer, effort.rehearsals, rng))
        tell(0.45 + 0.2 * number)
        classifier = learn(joined(lessons), len(props.labels), effort.passes, rng)
        recognizer = Recognizer(props.labels, banks, classifier, UNCALIBRATED)
        tell(0.55 + 0.2 * number)
    assert recognizer is not None
    calibrated = _calibrated(recognizer, props, effort.calibration, rng)
    tell(1.0)
    return calibrated


View = tuple[Image, Boxes]


def _views(props: Props, owner: int, count: int, rng: np.random.Generator) -> list[View]:
    views = (close_up(props, owner, rng) for _ in range(count))
    return [view for view in views if view is not None]


def _banks(props: Props, views: list[list[View]], rng: np.random.Generator) -> tuple[templates.TemplateBank, ...]:
    """Cluster each label's views, make a template of each cluster, and sort templates by grid."""
    scenes = [stage.image for stage in props.stages[:: max(1, len(props.stages) // 24)]]
    clusters = [(owner, *cluster) for owner, own in enumerate(views) for cluster in _clusters(own)]
    banks = []
    for grid in sorted({grid for _, grid, _ in clusters}):
        background = templates.learn_background(scenes, grid, rng)
        members = [(owner, _on_grid(own, grid)) for owner, its_grid, own in clusters if its_grid == grid]
        made = [templates.template(seen, background) for _, seen in members]
        marks = [
            float(np.percentile(seen @ weights + bias, 4))
            for (_, seen), (weights, bias) in zip(members, made, strict=True)
        ]
        banks.append(
            templates.TemplateBank(
                grid,
                np.stack([weights for weights, _ in made], axis=1),
                np.array([bias for _, bias in made], np.float32),
                np.maximum(np.array(marks, np.float32), templates.LEAST_SCORE),
                np.array([owner for owner, _ in members], np.intp),
            )
        )
    return tuple(banks)


def _clusters(views: list[View]) -> list[tuple[templates.Grid, list[View]]]:
    """Up to three groups of views of one label by their aspect, each with the grid that suits it."""
    views = sorted(views, key=lambda view: float(view[1][0, 2] / view[1][0, 3]))
    parts = [views[part[0] : part[-1] + 1] for part in np.array_split(np.arange(len(views)), 3) if part.size]
    middles = [float(part[len(part) // 2][1][0, 2] / part[len(part) // 2][1][0, 3]) for part in parts]
    return [(templates.grid_for(middle), part) for middle, part in zip(middles, parts, strict=True)]


def _on_grid(views: list[View], grid: templates.Grid) -> Floats:
    """The views squeezed onto the grid and described by its cells: N x D."""
    return np.stack([_squeezed(image, box, grid).ravel() for image, box in views])


def _squeezed(image: Image, box: Boxes, grid: templates.Grid) -> Floats:
    # One cell more on each side, so that gradients and norms at the rim are those of the scene.
    rows, columns = grid
    left, top, width, height = box[0].tolist()
    across, down = width / columns / templates.CELL, height / rows / templates.CELL
    octave = max(0, int(np.log2(max(min(across, down), 1) * 1.4)))
    for _ in range(octave):
        image = cv2.pyrDown(image)
    across, down, left, top = (value * 0.5**octave for value in (across, down, left, top))
    edge = templates.CELL
    to_image = np.array(
        [[across, 0, left - across * edge + across / 2 - 0.5], [0, down, top - down * edge + down / 2 - 0.5]]
    )
    size = ((columns + 2) * templates.CELL, (rows + 2) * templates.CELL)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(image, to_image, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return hog.cells(patch, templates.CELL)[1:-1, 1:-1]


def _view_lessons(views: list[list[View]], rng: np.random.Generator) -> Lessons:
    """From each view: boxes near the logo that show it, and boxes beside or inside it that do not."""
    lessons = []
    for owner, own in enumerate(views):
        for image, box in own:
            tries = np.vstack([jittered(box, *effort, rng) for effort in _JITTERS])
            lessons.append(_lessons(image, tries, box, np.array([owner])))
    return joined(lessons)


def _lessons(image: Image, boxes: Boxes, truths: Boxes, owners: Indices) -> Lessons:
    """What boxes of a picture teach, given the true boxes in it and their label numbers."""
    described = hog.describe(hog.cut(hog.octaves(image), boxes), boxes)
    if not len(truths):
        nothing = np.zeros(len(boxes), np.float32)
        return Lessons(described, nothing.astype(np.intp), np.zeros((len(boxes), 4), np.float32), nothing)
    overlaps = overlap(boxes, truths)
    nearest = overlaps.argmax(axis=1)
    quality = np.clip((overlaps.max(axis=1) - _MISS) / (_HIT - _MISS), 0, 1)
    return Lessons(described, owners[nearest], np.clip(offsets(boxes, truths[nearest]), -1, 1), quality)


def _mined(
    props: Props,
    banks: tuple[templates.TemplateBank, ...],
    recognizer: Recognizer | None,
    count: int,
    rng: np.random.Generator,
) -> Lessons:
    """What the proposals of rehearsed scenes teach: all hits, and the misses that still fool the recognizer."""
    lessons = []
    for number in range(count):
        stage = rehearse(props, props.stages[number % len(props.stages)], 3, rng)
        found = templates.propose(stage.image, list(banks), len(props.labels), MOST_PER_LABEL)
        lesson = _lessons(stage.image, found.boxes, stage.boxes, stage.owners)
        wanted = lesson.quality > 0
        if recognizer is None:
            wanted |= rng.random(len(wanted)) < 0.5
        else:
            background = np.exp(recognizer.classifier.judge(lesson.described)[0][:, 0])
            wanted |= background < 1 - _PATIENCE
        lessons.append(lesson.only(wanted))
    return joined(lessons)


def _calibrated(recognizer: Recognizer, props: Props, count: int, rng: np.random.Generator) -> Recognizer:
    """Set the confidence scale by right and wrong finds in fresh rehearsals."""
    evidence, right = [np.empty((0, 2), np.float32)], [np.empty(0, bool)]
    for _ in range(count):
        stage = rehearse(props, props.stages[int(rng.integers(len(props.stages)))], 3, rng)
        found = recognizer.candidates(stage.image)
        evidence.append(found.evidence)
        right.append(_right(found.boxes, found.owners, stage))
    return replace(recognizer, calibration=calibrate(np.concatenate(evidence), np.concatenate(right)))


def _right(boxes: Boxes, owners: np.ndarray, stage: Stage) -> np.ndarray:
    if not len(stage.boxes):
        return np.zeros(len(boxes), bool)
    agree = overlap(boxes, stage.boxes) * (owners[:, None] == stage.owners[None])
    return np.asarray(agree.max(axis=1) >= 0.5)
