"""Make lessons for the classifier: boxes around staged logos, and proposals in whole rehearsed scenes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from services.rekognition_local.recognition import hog
from services.rekognition_local.recognition.classifier import Classifier, Lessons, joined
from services.rekognition_local.recognition.geometry import fragments, jittered, offsets, overlap
from services.rekognition_local.recognition.rehearsal.staging import Stage, View
from services.rekognition_local.recognition.samples import Boxes, Image, Indices
from services.rekognition_local.recognition.templates import Proposals

_MISS, _HIT = 0.3, 0.65  # overlap up to which a box does not show the logo, and from which it shows it well
_JITTERS = ((4, 0.15), (3, 0.4), (3, 0.8))  # boxes tried around a view's logo: how many, how far off
_GLANCES = ((2, 0.15), (2, 0.5))  # the same for what is no logo
_FRAGMENTS = 3  # boxes tried inside it
_UNJUDGED = 0.5  # share of wrong proposals learnt from while there is no classifier to fool
_PATIENCE = 0.02  # probability of a logo from which a wrong proposal is worth learning from


def from_views(views: Sequence[Sequence[View]], rng: np.random.Generator) -> Lessons:
    """From each view: boxes near the logo that show it, and boxes beside or inside it that do not."""
    lessons = []
    for owner, own in enumerate(views):
        for image, box in own:
            near = [jittered(box, count, spread, rng) for count, spread in _JITTERS]
            tries = np.vstack([*near, fragments(box, _FRAGMENTS, rng)])
            lessons.append(_lessons(image, tries, box, np.array([owner])))
    return joined(lessons)


def from_lookalikes(views: Iterable[View], rng: np.random.Generator) -> Iterator[Lessons]:
    """From each view of what is no logo: boxes on it, none of which shows one."""
    for image, box in views:
        near = [jittered(box, count, spread, rng) for count, spread in _GLANCES]
        tries = np.vstack([*near, fragments(box, _FRAGMENTS, rng)])
        yield _lessons(image, tries, np.empty((0, 4), np.float32), np.empty(0, np.intp))


def from_proposals(
    stage: Stage, found: Proposals, classifier: Classifier | None, rng: np.random.Generator
) -> Lessons:
    """What the proposals in a scene teach: all hits, and those misses that still fool the classifier."""
    lessons = _lessons(stage.image, found.boxes, stage.boxes, stage.owners)
    if classifier is None:
        instructive = rng.random(len(found.boxes)) < _UNJUDGED
    else:
        instructive = classifier.judge(lessons.described)[0][:, 0] < np.log(1 - _PATIENCE)
    return lessons.only(instructive | (lessons.quality > 0))


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
