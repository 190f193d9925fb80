"""The doubtful frames of a detections.json, pure: with every detection in them, and why they are doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.datasets.doubts import Examined, Finding, known_by_detector, place, reasons


@dataclass(frozen=True, slots=True)
class Doubt:
    """A frame to be looked at, every detection in it, and why; boxes are ratios of the frame."""

    timestamp_ms: int
    instant: int
    grid: int
    detections: tuple[Mapping[str, Any], ...]
    reasons: tuple[str, ...]


Results = Sequence[Mapping[str, Any]]  # of one frame, by detector


def doubts(frames: Iterable[Mapping[str, Any]], below: float) -> list[Doubt]:
    """The frames with a doubtful detection, in the order of time; below that confidence one is unsure."""
    rows = _by_frame(frames)
    examined = [_examined(results) for results in rows]
    known = known_by_detector(examined)
    found = [
        _doubt(results, _told(frame, reasons(frame, known, below)))
        for results, frame in zip(rows, examined, strict=True)
    ]
    return [doubt for doubt in found if doubt.reasons]


def _by_frame(frames: Iterable[Mapping[str, Any]]) -> list[Results]:
    rows: defaultdict[tuple[float, int], list[Mapping[str, Any]]] = defaultdict(list)
    for frame in frames:
        if frame["outcome"] == "detected":
            rows[frame["timestamp_s"], frame["instant"]].append(frame)
    return list(rows.values())


def _examined(results: Results) -> Examined:
    findings = [
        Finding(result["detector"], each["label"], each["confidence"], each["box"] and place(each["box"]))
        for result in results
        for each in result["detections"]
    ]
    return Examined(frozenset(result["detector"] for result in results), tuple(findings))


def _told(frame: Examined, why: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Each reason with the brand it is about, once."""
    told = [
        f"{finding.label}: {reason}"
        for finding, own in zip(frame.findings, why, strict=True)
        for reason in own
    ]
    return tuple(dict.fromkeys(told))


def _doubt(results: Results, why: tuple[str, ...]) -> Doubt:
    first = results[0]
    return Doubt(
        timestamp_ms=round(first["timestamp_s"] * 1000),
        instant=first["instant"],
        grid=first.get("grid", 1),
        detections=tuple(each for result in results for each in result["detections"]),
        reasons=why,
    )
