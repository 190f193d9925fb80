"""The doubtful frames of a detections.json, pure: by detector, with all it found in them, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.datasets.doubts import ExaminedFrame, Finding, known_by_detector, place, reasons


@dataclass(frozen=True, slots=True)
class Doubt:
    """A frame to be looked at, all that one detector found in it, and why; boxes are ratios of the frame."""

    detector: str
    timestamp_ms: int
    instant: int
    grid: int
    detections: tuple[Mapping[str, Any], ...]
    reasons: tuple[str, ...]


Results = Sequence[Mapping[str, Any]]  # of one frame, by detector


def doubts(frames: Iterable[Mapping[str, Any]], below: float) -> list[Doubt]:
    """The frames with a doubtful detection, by detector and in the order of time.

    A detection below that confidence, in percent, is unsure. What others found makes one doubtful, too, but a
    detector is to learn from its own alone.
    """
    rows = _by_frame(frames)
    examined = [_examined(results) for results in rows]
    known = known_by_detector(examined)
    found = [
        _doubt(result, _told(result["detector"], frame, reasons(frame, known, below)))
        for results, frame in zip(rows, examined, strict=True)
        for result in results
    ]
    return [doubt for doubt in found if doubt.reasons]


def _by_frame(frames: Iterable[Mapping[str, Any]]) -> list[Results]:
    rows: defaultdict[tuple[float, int], list[Mapping[str, Any]]] = defaultdict(list)
    for frame in frames:
        if frame["outcome"] == "detected":
            rows[frame["timestamp_s"], frame["instant"]].append(frame)
    return list(rows.values())


def _examined(results: Results) -> ExaminedFrame:
    findings = [
        Finding(result["detector"], each["label"], each["confidence"], each["box"] and place(each["box"]))
        for result in results
        for each in result["detections"]
    ]
    return ExaminedFrame(frozenset(result["detector"] for result in results), tuple(findings))


def _told(detector: str, frame: ExaminedFrame, why: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Each reason of a detector's findings with the brand it is about, once."""
    told = [
        f"{finding.label}: {reason}"
        for finding, own in zip(frame.findings, why, strict=True)
        for reason in own
        if finding.detector == detector
    ]
    return tuple(dict.fromkeys(told))


def _doubt(result: Mapping[str, Any], why: tuple[str, ...]) -> Doubt:
    return Doubt(
        detector=result["detector"],
        timestamp_ms=round(result["timestamp_s"] * 1000),
        instant=result["instant"],
        grid=result.get("grid", 1),
        detections=tuple(result["detections"]),
        reasons=why,
    )
