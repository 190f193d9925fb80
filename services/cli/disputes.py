"""Which detections a person should look at, pure: the unsure, and those that contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SAME_PLACE = 0.5  # intersection over union from which two boxes are of the same thing
ATTRIBUTE = "bounding-box"
JOB = "logostream/review"


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


def manifest_line(doubt: Doubt, source_ref: str, size: tuple[int, int], created: str) -> dict[str, Any]:
    """The frame as a line of a Ground Truth manifest, its boxes in pixels, for people to correct.

    `size` is the frame's width and height, `created` an ISO date.
    """
    boxed = [each for each in doubt.detections if each["box"]]
    labels = sorted({str(each["label"]) for each in boxed})
    return {
        "source-ref": source_ref,
        ATTRIBUTE: {
            "image_size": [{"width": size[0], "height": size[1], "depth": 3}],
            "annotations": [
                {"class_id": labels.index(each["label"]), **_pixels(each["box"], size)} for each in boxed
            ],
        },
        f"{ATTRIBUTE}-metadata": {
            "objects": [{"confidence": round(each["confidence"] / 100, 4)} for each in boxed],
            "class-map": {str(number): label for number, label in enumerate(labels)},
            "type": "groundtruth/object-detection",
            "human-annotated": "no",
            "creation-date": created,
            "job-name": JOB,
        },
    }


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


def _pixels(box: Mapping[str, float], size: tuple[int, int]) -> dict[str, int]:
    left, top = max(0, round(box["left"] * size[0])), max(0, round(box["top"] * size[1]))
    right = min(size[0], round((box["left"] + box["width"]) * size[0]))
    bottom = min(size[1], round((box["top"] + box["height"]) * size[1]))
    return {"top": top, "left": left, "width": max(1, right - left), "height": max(1, bottom - top)}


def _iou(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    width = min(one["left"] + one["width"], other["left"] + other["width"]) - max(one["left"], other["left"])
    height = min(one["top"] + one["height"], other["top"] + other["height"]) - max(one["top"], other["top"])
    common = max(0.0, width) * max(0.0, height)
    union = one["width"] * one["height"] + other["width"] * other["height"] - common
    return common / union if union else 0.0
