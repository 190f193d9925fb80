"""What a recognizer finds in scenes, and how good that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from time import thread_time
from typing import Any

from benchmarks.recognition.scenes import Scene, Shown
from services.rekognition_local.recognition import Recognizer
from shared.datasets.evaluation import Evaluated, Find, matched

ASKED_CONFIDENCE = 50.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One find: how sure, and how well it overlaps the true box it was matched with (0: none)."""

    confidence: float
    overlap: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One true box with the confidence and overlap of its find (0: not found)."""

    shown: Shown
    confidence: float
    overlap: float


def tested(recognizer: Recognizer, scenes: Sequence[Scene]) -> tuple[list[Outcome], list[Seen], list[float]]:
    """Every find, every true box, and the processor time of every frame in milliseconds."""
    outcomes: list[Outcome] = []
    seen: list[Seen] = []
    times: list[float] = []
    for scene in scenes:
        start = thread_time()
        finds = _finds(recognizer, scene.image)
        times.append((thread_time() - start) * 1000)
        matches = matched(Evaluated("", scene.truths, finds))
        outcomes += [Outcome(match.find.confidence, match.overlap) for match in matches]
        by_truth = {match.truth: match for match in matches if match.truth is not None}
        for number, shown in enumerate(scene.shown):
            match = by_truth.get(number)
            seen.append(Seen(shown, match.find.confidence, match.overlap) if match else Seen(shown, 0.0, 0.0))
    return outcomes, seen, times


def _finds(recognizer: Recognizer, image: Any) -> tuple[Find, ...]:
    height, width = image.shape[:2]
    return tuple(
        Find(
            one.label,
            one.confidence,
            (one.left * width, one.top * height, one.width * width, one.height * height),
        )
        for one in recognizer.detect(image)
    )


def scores(outcomes: list[Outcome], seen: list[Seen], least: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of the finds from this confidence on."""
    kept = [one for one in outcomes if one.confidence >= least]
    right = sum(one.overlap > 0 for one in kept)
    precision, recall = right / max(len(kept), 1), right / max(len(seen), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def mean_overlap(seen: list[Seen]) -> float:
    """Of the true boxes that were found at the confidence asked for."""
    hits = [one.overlap for one in seen if one.overlap and one.confidence >= ASKED_CONFIDENCE]
    return fmean(hits) if hits else 0.0


def bins(outcomes: list[Outcome]) -> list[tuple[float, float, int]]:
    """Ten bins of confidence: what was said and what was right (0 to 1) on average, and how many finds."""
    filled = []
    for low in range(0, 100, 10):
        own = [one for one in outcomes if low < one.confidence <= low + 10]
        if own:
            said, right = fmean(one.confidence for one in own) / 100, fmean(one.overlap > 0 for one in own)
            filled.append((said, right, len(own)))
    return filled


def calibration(outcomes: list[Outcome]) -> float:
    """Mean distance between confidence and the share that is right, over the bins."""
    off = sum(abs(said - right) * count for said, right, count in bins(outcomes))
    return off / max(len(outcomes), 1)
