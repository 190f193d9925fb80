"""Which detections a person should look at, and why, pure: the unsure and those that contradict others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.datasets.evaluation import Box, overlap

USUAL_BELOW = 70.0  # percent of confidence, below which a detection is unsure
SAME_PLACE = 0.5  # intersection over union from which two boxes are of the same thing


@dataclass(frozen=True, slots=True)
class Finding:
    """One detection, its confidence in percent; `box` is None where the label has no place in the frame."""

    detector: str
    label: str
    confidence: float
    box: Box | None


@dataclass(frozen=True, slots=True)
class ExaminedFrame:
    """A frame: the detectors that examined it, and all that they found."""

    detectors: frozenset[str]
    findings: tuple[Finding, ...]

    def labels(self, detector: str) -> set[str]:
        """The brands that one detector found."""
        return {finding.label for finding in self.findings if finding.detector == detector}


def place(box: Mapping[str, float]) -> Box:
    """A box with left, top, width and height by name."""
    return box["left"], box["top"], box["width"], box["height"]


Known = Mapping[str, set[str]]  # brands by the detector that has seen them


def known_by_detector(frames: Iterable[ExaminedFrame]) -> Known:
    """The brands that each detector has seen anywhere in a video."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for finding in (finding for frame in frames for finding in frame.findings):
        known[finding.detector].add(finding.label)
    return known


def reasons(frame: ExaminedFrame, known: Known, below: float) -> list[tuple[str, ...]]:
    """Why each finding of the frame is doubtful, in their order; empty for those that are not.

    Unsure is a detection below that confidence, in percent. Detections contradict each other when different
    brands are seen in the same place, or when of two detectors that both know a brand one does not see it.
    """
    return [
        (*_unsure(finding, below), *_in_its_place(finding, frame), *_unseen(finding, frame, known))
        for finding in frame.findings
    ]


def _unsure(finding: Finding, below: float) -> Iterator[str]:
    if finding.confidence < below:
        yield f"{finding.confidence:.0f} % sure"


def _in_its_place(finding: Finding, frame: ExaminedFrame) -> Iterator[str]:
    others = {other.label for other in frame.findings if _in_one_place(finding, other)}
    for label in sorted(others - {finding.label}):
        yield f"{label} is seen in the same place"


def _in_one_place(one: Finding, other: Finding) -> bool:
    return bool(one.box and other.box and overlap(one.box, other.box) >= SAME_PLACE)


def _unseen(finding: Finding, frame: ExaminedFrame, known: Known) -> Iterator[str]:
    for detector in sorted(frame.detectors - {finding.detector}):
        if finding.label in known.get(detector, set()) - frame.labels(detector):
            yield f"{detector} does not see it"
