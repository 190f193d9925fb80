"""Which detections a person should look at, pure: the unsure, and those that contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SAME_PLACE = 0.5  # intersection over union from which two boxes are of the same thing


@dataclass(frozen=True, slots=True)
class Doubt:
    """A frame to be looked at, every detection in it, and why; boxes are ratios of the frame."""

    timestamp_ms: int
    instant: int
    name: str
    detections: tuple[Mapping[str, Any], ...]
    reasons: tuple[str, ...]


def doubts(frames: Iterable[Mapping[str, Any]], below: float) -> list[Doubt]:
    """The frames of detections.json that a person should look at, in the order of time.

    Unsure is a detection below that confidence, in percent. Detections contradict each other when different
    brands are seen in the same place, or when of two detectors that both know a brand one does not see it.
    """
    examined = _by_instant(frames)
    known = _known(examined.values())
    found = []
    for results in examined.values():
        reasons = [*_unsure(results, below), *_contradictions(results), *_unseen(results, known)]
        if reasons:
            found.append(_doubt(results, reasons))
    return found


Results = Sequence[Mapping[str, Any]]  # of one frame, by detector


def _by_instant(frames: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    examined: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for frame in frames:
        if frame["outcome"] == "detected":
            examined[frame["instant"]].append(frame)
    return examined


def _known(examined: Iterable[Results]) -> dict[str, set[str]]:
    """The brands that each detector has seen anywhere."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for result in (result for results in examined for result in results):
        known[result["detector"]] |= _labels(result)
    return known


def _unsure(results: Results, below: float) -> list[str]:
    return [
        f"{each['label']} at {each['confidence']:.0f} %"
        for result in results
        for each in result["detections"]
        if each["confidence"] < below
    ]


def _contradictions(results: Results) -> list[str]:
    boxed = [each for result in results for each in result["detections"] if each["box"]]
    return [
        f"{one['label']} and {other['label']} in the same place"
        for at, one in enumerate(boxed)
        for other in boxed[at + 1 :]
        if one["label"] != other["label"] and _iou(one["box"], other["box"]) >= SAME_PLACE
    ]


def _unseen(results: Results, known: Mapping[str, set[str]]) -> list[str]:
    seen = {label for result in results for label in _labels(result)}
    return [
        f"{label} not seen by {result['detector']}"
        for result in results
        for label in sorted((seen & known[result["detector"]]) - _labels(result))
    ]


def _labels(result: Mapping[str, Any]) -> set[str]:
    return {each["label"] for each in result["detections"]}


def _doubt(results: Results, reasons: Sequence[str]) -> Doubt:
    first = results[0]
    return Doubt(
        timestamp_ms=round(first["timestamp_s"] * 1000),
        instant=first["instant"],
        name=first["name"],
        detections=tuple(each for result in results for each in result["detections"]),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _iou(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    width = min(one["left"] + one["width"], other["left"] + other["width"]) - max(one["left"], other["left"])
    height = min(one["top"] + one["height"], other["top"] + other["height"]) - max(one["top"], other["top"])
    common = max(0.0, width) * max(0.0, height)
    union = one["width"] * one["height"] + other["width"] * other["height"] - common
    return common / union if union else 0.0
