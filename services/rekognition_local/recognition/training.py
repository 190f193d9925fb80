"""Train a recognizer: learn templates, rehearse the classifier on views and mined mistakes, calibrate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.rekognition_local.recognition import shaping
from services.rekognition_local.recognition.calibration import UNCALIBRATED, calibrate
from services.rekognition_local.recognition.candidates import Candidates
from services.rekognition_local.recognition.classifier import Classifier, Lessons, joined, learn, together
from services.rekognition_local.recognition.geometry import overlap
from services.rekognition_local.recognition.recognizer import Recognizer, proposals_in
from services.rekognition_local.recognition.rehearsal.lessons import (
    from_lookalikes,
    from_proposals,
    from_views,
)
from services.rekognition_local.recognition.rehearsal.staging import (
    Props,
    Stage,
    close_ups,
    gather,
    lookalikes,
    rehearse,
    unseen,
)
from services.rekognition_local.recognition.samples import LabelledImage
from services.rekognition_local.recognition.templates import TemplateBank

_MINING_ROUNDS = 2
_PASTED = 3  # logos added to a scene for each rehearsal, at most
_BACKGROUND_SCENES = 24  # enough for the background's covariance
_RIGHT = 0.5  # overlap from which a find counts as right
_FEW = 60  # pictures

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to do, from how much there is; counts."""

    views: int  # close-up views per label
    template_views: int  # of them, those that also shape templates
    lookalikes: int  # close-up views per label of what is none
    made_up: int  # made-up scenes when none are given
    rehearsals: int  # scenes searched for mistakes in each mining round
    strangers: int  # signs that are no logo in each scene, at most
    calibration: int  # scenes for the calibration
    passes: int  # over all lessons, per training of a network
    networks: int  # that answer together


QUICK = Effort(
    views=300,
    template_views=80,
    lookalikes=170,
    made_up=24,
    rehearsals=40,
    strangers=3,
    calibration=30,
    passes=8,
    networks=3,
)
THOROUGH = Effort(  # a set of scenes shows by itself what is no logo
    views=320,
    template_views=120,
    lookalikes=0,
    made_up=24,
    rehearsals=150,
    strangers=0,
    calibration=60,
    passes=14,
    networks=1,
)


def train(samples: Sequence[LabelledImage], *, seed: int = 0, progress: Progress | None = None) -> Recognizer:
    """Learn to find every label in the samples; `progress` is told the share done (0 to 1).

    A few logos are learnt in a minute or two, a set of scenes in several. The same samples and seed give the
    same recognizer. Raises UnusableTrainingMaterial.
    """
    effort = QUICK if len(samples) < _FEW else THOROUGH
    return train_with(effort, samples, np.random.default_rng(seed), progress or (lambda share: None))


def train_with(
    effort: Effort, samples: Sequence[LabelledImage], rng: np.random.Generator, progress: Progress
) -> Recognizer:
    """`train`, with the effort to spend. Raises UnusableTrainingMaterial."""
    props = gather(samples, effort.made_up, rng)
    progress(0.05)
    views = [close_ups(props, owner, effort.views, rng) for owner in range(len(props.labels))]
    progress(0.25)
    scenes = [stage.image for stage in props.stages[:: max(1, len(props.stages) // _BACKGROUND_SCENES)]]
    banks = shaping.shape(scenes, [own[: effort.template_views] for own in views], rng)
    progress(0.35)
    classifier = None
    lessons = [from_views(views, rng)]
    for owner in range(len(props.labels)):
        lessons += from_lookalikes(lookalikes(props, owner, effort.lookalikes, rng), rng)
    for number in range(_MINING_ROUNDS):
        last = number == _MINING_ROUNDS - 1
        lessons += _mined(props, banks, classifier, effort, last, rng)
        progress(0.45 + 0.25 * number)
        classifier = _taught(joined(lessons), len(props.labels), effort, last, rng)
        progress(0.6 + 0.25 * number)
    assert classifier is not None
    recognizer = Recognizer(props.labels, banks, classifier, UNCALIBRATED)
    calibrated = _calibrated(recognizer, props, effort, rng)
    progress(1.0)
    return calibrated


def _taught(
    lessons: Lessons, labels: int, effort: Effort, last: bool, rng: np.random.Generator
) -> Classifier:
    """A classifier that answers for several; the first round needs only one good enough to mine with."""
    if not last:
        return learn(lessons, labels, effort.passes // 2, rng)
    return together([learn(lessons, labels, effort.passes, rng) for _ in range(effort.networks)])


def _mined(
    props: Props,
    banks: tuple[TemplateBank, ...],
    classifier: Classifier | None,
    effort: Effort,
    last: bool,
    rng: np.random.Generator,
) -> Iterator[Lessons]:
    """Lessons from the proposals in rehearsals, each scene taken in turn; half as many in the first round."""
    for number in range(effort.rehearsals if last else effort.rehearsals // 2):
        scene = props.stages[number % len(props.stages)]
        stage = rehearse(props, scene, _PASTED, effort.strangers, rng)
        found = proposals_in(stage.image, banks, len(props.labels))
        yield from_proposals(stage, found, classifier, rng)


def _calibrated(recognizer: Recognizer, props: Props, effort: Effort, rng: np.random.Generator) -> Recognizer:
    """Set the confidence scale by right and wrong finds in fresh rehearsals."""
    odds, right = [], []
    for _ in range(effort.calibration):
        stage = rehearse(props, unseen(props, rng), _PASTED, effort.strangers // 2, rng)
        found = recognizer.candidates(stage.image)
        odds.append(found.odds)
        right.append(_right(found, stage))
    fitted = calibrate(np.concatenate(odds), np.concatenate(right))
    return replace(recognizer, calibration=fitted)


def _right(found: Candidates, stage: Stage) -> NDArray[np.bool_]:
    """Which candidates (N, bool) lie on a true box of their label."""
    if not len(stage.boxes):
        return np.zeros(len(found.boxes), bool)
    agree = overlap(found.boxes, stage.boxes) * (found.owners[:, None] == stage.owners[None])
    return np.asarray(agree.max(axis=1) >= _RIGHT)
