"""A video's frames as the player shows them, pure: out of the ledger at first, of its results in the end."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.config.detectors import DEFAULT
from shared.messaging.messages import FrameDetected, FrameResult
from shared.videos.ledger import Video
from shared.videos.timecode import frame_id

Box = dict[str, Any]  # label, detector, confidence, and in ratios of the frame: left, top, width, height


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled frame; `image` names its picture, where it has one of its own."""

    at: float  # seconds
    outcome: str  # detected, failed, skipped or inherited
    image: str | None
    boxes: tuple[Box, ...]
    examined_by: frozenset[str] = frozenset()  # detectors


@dataclass(frozen=True, slots=True)
class Playback:
    """All that the player needs. While a video is at work its exposures are not known yet."""

    frames: tuple[Frame, ...]
    exposures: tuple[tuple[str, float, float, str], ...] = ()  # brand, start and end in seconds, detector


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known of a brand before the video is done."""

    brand: str
    frames: int
    confidence: float  # the highest


def of_ledger(results: Iterable[FrameResult]) -> Playback:
    """Frames as far as they are examined; those of several detectors are one."""
    found: defaultdict[tuple[int, int], list[FrameResult]] = defaultdict(list)
    for result in results:
        found[result.timestamp_ms, result.instant].append(result)
    return Playback(tuple(_examined(at, instant, every) for (at, instant), every in sorted(found.items())))


def of_results(detections: bytes, exposures: bytes) -> Playback:
    """The same out of detections.json and exposures.csv."""
    found: defaultdict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in json.loads(detections)["frames"]:
        found[round(row["timestamp_s"] * 1000), row["instant"]].append(row)
    frames = [_reported(at, instant, rows) for (at, instant), rows in sorted(found.items())]
    shown = csv.DictReader(io.StringIO(exposures.decode()))
    return Playback(
        frames=tuple(frames),
        exposures=tuple(
            (row["brand"], float(row["start_s"]), float(row["end_s"]), row.get("detector") or DEFAULT)
            for row in shown
        ),
    )


def as_json(playback: Playback, video: Video, ended: bool) -> dict[str, Any]:
    """The playback for the player."""
    return {
        "step": float(video.sampling.step),
        "duration": video.duration_ms / 1000,
        "suffix": video.sampling.suffix,
        "ended": ended,
        "frames": [
            {"at": frame.at, "outcome": frame.outcome, "image": frame.image, "boxes": frame.boxes}
            for frame in playback.frames
        ],
        "exposures": playback.exposures,
    }


def so_far(playback: Playback) -> list[SoFar]:
    """Brands by the frames they were seen in, the most first."""
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for frame in playback.frames:
        for brand in {box["label"] for box in frame.boxes}:
            seen[brand].append(max(box["confidence"] for box in frame.boxes if box["label"] == brand))
    rows = [SoFar(brand, len(scores), max(scores)) for brand, scores in seen.items()]
    return sorted(rows, key=lambda row: (-row.frames, row.brand))


def _examined(at_ms: int, instant: int, results: Sequence[FrameResult]) -> Frame:
    detected = [result for result in results if isinstance(result, FrameDetected)]
    boxes = [
        _box(detection.model_dump(), result.detector)
        for result in detected
        for detection in result.detections
    ]
    return Frame(
        at=at_ms / 1000,
        outcome="detected" if detected else "failed",
        image=frame_id(at_ms, instant, results[0].grid),
        boxes=tuple(boxes),
        examined_by=frozenset(result.detector for result in detected),
    )


def _reported(at_ms: int, instant: int, rows: Sequence[Mapping[str, Any]]) -> Frame:
    outcomes = [row["outcome"] for row in rows]
    boxes = [
        _box(detection, row.get("detector", DEFAULT))
        for row in rows
        for detection in row.get("detections", [])
    ]
    return Frame(
        at=at_ms / 1000,
        outcome=next((outcome for outcome in outcomes if outcome == "detected"), outcomes[0]),
        image=frame_id(at_ms, instant, rows[0].get("grid", 1))
        if {"detected", "failed"} & set(outcomes)
        else None,
        boxes=tuple(boxes),
        examined_by=frozenset(row.get("detector", DEFAULT) for row in rows if row["outcome"] == "detected"),
    )


def _box(detection: Mapping[str, Any], detector: str) -> Box:
    """What is drawn; a label without a box is true of the whole frame."""
    box = detection.get("box") or {"left": 0.0, "top": 0.0, "width": 1.0, "height": 1.0}
    sides = {side: round(box[side], 5) for side in ("left", "top", "width", "height")}
    return {
        "label": detection["label"],
        "detector": detector,
        "confidence": detection["confidence"],
        **sides,
    }
