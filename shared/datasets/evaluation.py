"""How good a model is on pictures whose logos are known: precision, recall, F1, thresholds, confusion.

A find is right when its label is and, where a box is known, its box overlaps the true one by half
(intersection over union); every true logo counts once. Each label has a threshold of its own, a confidence
at which its F1 is best, and is judged at it, as Custom Labels does ("assumed threshold"); it lies halfway
between two finds, for few test pictures say little. Figures over all labels are means of the labels' own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HIT = 0.5  # overlap
BACKGROUND = (
    "BACKGROUND"  # what a logo was taken for that was not found, and what a find is on that is no logo
)
UNTESTED_THRESHOLD = 0.5

Box = tuple[float, float, float, float]  # left, top, width, height, in any unit


@dataclass(frozen=True, slots=True)
class Truth:
    """A logo that is there; without a box, it is somewhere in the picture."""

    label: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Find:
    """A logo the model found, with a confidence of 0 to 100."""

    label: str
    confidence: float
    box: Box | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One picture: what is there, and what was found."""

    name: str
    truths: tuple[Truth, ...]
    finds: tuple[Find, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A find, the number of the true logo it is (None: it is none), and how well it overlaps it."""

    find: Find
    truth: int | None
    overlap: float


@dataclass(frozen=True, slots=True)
class LabelResult:
    """How well one label is found at its threshold (0 to 1), and in how many pictures it was to be found."""

    label: str
    precision: float
    recall: float
    f1: float
    threshold: float
    pictures: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is; `confusion` has the share of each true label that was taken for each other one."""

    precision: float
    recall: float
    f1: float
    labels: tuple[LabelResult, ...]
    confusion: dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What went wrong in one picture."""

    name: str
    missed: tuple[Truth, ...]
    wrong: tuple[Find, ...]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (one[2] * one[3] + other[2] * other[3] - width * height)


def matched(picture: Evaluated) -> list[Match]:
    """The finds, the surest first, each with the best true logo of its label that is still free."""
    free = dict(enumerate(picture.truths))
    matches = []
    for find in sorted(picture.finds, key=lambda one: -one.confidence):
        fits = {number: _fit(find, truth) for number, truth in free.items() if truth.label == find.label}
        best = max(fits, key=lambda number: fits[number], default=None)
        if best is None or fits[best] < HIT:
            matches.append(Match(find, None, 0.0))
            continue
        del free[best]
        matches.append(Match(find, best, fits[best]))
    return matches


def _fit(find: Find, truth: Truth) -> float:
    return 1.0 if truth.box is None or find.box is None else overlap(find.box, truth.box)


def evaluate(pictures: Sequence[Evaluated]) -> Evaluation:
    """Judge a model by its finds in these pictures; labels that none of them shows are not judged."""
    matches = [match for picture in pictures for match in matched(picture)]
    shown = Counter(truth.label for picture in pictures for truth in picture.truths)
    seen = Counter(label for picture in pictures for label in {truth.label for truth in picture.truths})
    labels = tuple(_label_result(name, matches, shown[name], seen[name]) for name in sorted(shown))
    thresholds = {one.label: one.threshold for one in labels}
    return Evaluation(
        precision=_mean(one.precision for one in labels),
        recall=_mean(one.recall for one in labels),
        f1=_mean(one.f1 for one in labels),
        labels=labels,
        confusion=_confusion(pictures, thresholds, shown),
    )


def _label_result(name: str, matches: Sequence[Match], shown: int, pictures: int) -> LabelResult:
    own = [match for match in matches if match.find.label == name]
    threshold = _threshold(own, shown)
    precision, recall, f1 = _scores(own, shown, threshold)
    return LabelResult(name, precision, recall, f1, threshold / 100, pictures)


def _threshold(own: Sequence[Match], shown: int) -> float:
    """Halfway between the least sure find that is to count, in percent, and the surest that is not."""
    right = {match.find.confidence for match in own if match.truth is not None}
    if not right:
        return 100 * UNTESTED_THRESHOLD
    least = max(right, key=lambda each: (_scores(own, shown, each)[2], each))
    below = [match.find.confidence for match in own if match.find.confidence < least]
    return (least + max(below, default=0.0)) / 2


def _scores(matches: Sequence[Match], shown: int, least: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of the finds from this confidence on."""
    kept = [match for match in matches if match.find.confidence >= least]
    right = sum(match.truth is not None for match in kept)
    precision, recall = right / max(len(kept), 1), right / max(shown, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _confusion(
    pictures: Sequence[Evaluated], thresholds: dict[str, float], shown: Counter[str]
) -> dict[tuple[str, str], float]:
    counts: Counter[tuple[str, str]] = Counter()
    for picture in pictures:
        sure = [find for find in picture.finds if _sure(find, thresholds)]
        counts.update((truth.label, _taken_for(truth, sure)) for truth in picture.truths)
    return {(true, taken): count / shown[true] for (true, taken), count in sorted(counts.items())}


def _taken_for(truth: Truth, finds: Sequence[Find]) -> str:
    """The right label if anything said it, else that of the surest find in the same place."""
    here = [find for find in finds if _fit(find, truth) >= HIT]
    if any(find.label == truth.label for find in here):
        return truth.label
    return max(here, key=lambda find: find.confidence).label if here else BACKGROUND


def _sure(find: Find, thresholds: dict[str, float]) -> bool:
    return find.confidence >= 100 * thresholds.get(find.label, UNTESTED_THRESHOLD)


def worst(pictures: Iterable[Evaluated], thresholds: dict[str, float], most: int) -> list[Mistakes]:
    """The pictures with the most mistakes at these thresholds (0 to 1), at most so many."""
    made = [mistakes(picture, thresholds) for picture in pictures]
    bad = [one for one in made if one.missed or one.wrong]
    return sorted(bad, key=lambda one: (-len(one.missed) - len(one.wrong), one.name))[:most]


def mistakes(picture: Evaluated, thresholds: dict[str, float]) -> Mistakes:
    """What the model missed and what it made up in one picture."""
    sure = tuple(find for find in picture.finds if _sure(find, thresholds))
    matches = matched(Evaluated(picture.name, picture.truths, sure))
    found = {match.truth for match in matches}
    missed = tuple(truth for number, truth in enumerate(picture.truths) if number not in found)
    return Mistakes(picture.name, missed, tuple(match.find for match in matches if match.truth is None))


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / max(len(values), 1)
