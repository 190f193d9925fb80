"""The doubtful detections of one detector, pure, and what becomes of them by their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.dashboard.film.playback import Box, Frame, Playback
from shared.datasets.doubts import ExaminedFrame, Finding, known_by_detector, place, reasons

Share = Field(ge=0, le=1)


class FixedBox(BaseModel):
    """Where the logo really is, in ratios of the frame."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    left: float = Share
    top: float = Share
    width: float = Field(gt=0, le=1)
    height: float = Field(gt=0, le=1)


class Verdict(BaseModel):
    """What somebody said of one detection; `box` replaces the detected one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    verdict: Literal["accept", "reject"]
    label: str
    box: FixedBox | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One detection of a frame and why it is doubtful; `number` is its place among the frame's detections."""

    video_id: str
    frame: str
    number: int
    at: float
    box: Box
    reasons: tuple[str, ...]
    suffix: str = "jpg"

    @property
    def id(self) -> str:
        return f"{self.video_id}/{self.frame}/{self.number}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose detections are reviewed, and below which confidence, in percent, they are unsure."""

    detector: str
    below: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame with the detections of the scope's detector, and why each is doubtful, by their numbers."""

    frame: Frame
    boxes: Mapping[int, Box]
    reasons: Mapping[int, tuple[str, ...]]


def judged(playback: Playback, scope: Scope) -> Iterator[Judged]:
    """The frames that have a picture of their own, in the order of time."""
    known = known_by_detector(map(_examined, playback.frames))
    for frame in playback.frames:
        if frame.image:
            own = {n: box for n, box in enumerate(frame.boxes) if box["detector"] == scope.detector}
            why = reasons(_examined(frame), known, scope.below)
            yield Judged(frame, own, {n: why[n] for n in own if why[n]})


def doubts(video_id: str, playback: Playback, scope: Scope, suffix: str) -> list[Doubt]:
    """The doubtful detections of the scope's detector, in the order of time."""
    return [
        Doubt(video_id, each.frame.image, number, each.frame.at, each.boxes[number], why, suffix)
        for each in judged(playback, scope)
        for number, why in each.reasons.items()
        if each.frame.image
    ]


def settled(judged: Judged, verdicts: Mapping[int, Verdict]) -> tuple[Box, ...] | None:
    """The true boxes of the scope's detector; None while one of its doubts is open, for it may be a logo."""
    if not verdicts.keys() & judged.boxes.keys():
        return None  # nobody looked at it
    if judged.reasons.keys() - verdicts.keys():
        return None
    return tuple(
        _corrected(box, verdicts.get(n))
        for n, box in judged.boxes.items()
        if n not in verdicts or verdicts[n].verdict == "accept"
    )


def open_ones(found: Iterable[Doubt], decided: Sequence[str] | set[str]) -> list[Doubt]:
    """Those that nobody has decided: with the most reasons, then the least sure first."""
    return sorted(
        (doubt for doubt in found if doubt.id not in decided),
        key=lambda doubt: (-len(doubt.reasons), doubt.box["confidence"], doubt.id),
    )


def _examined(frame: Frame) -> ExaminedFrame:
    return ExaminedFrame(frame.examined_by, tuple(_finding(box) for box in frame.boxes))


def _finding(box: Box) -> Finding:
    whole = box["width"] == box["height"] == 1  # which is that of a label without one
    return Finding(box["detector"], box["label"], box["confidence"], None if whole else place(box))


def _corrected(box: Box, verdict: Verdict | None) -> Box:
    if verdict is None or verdict.box is None:
        return box
    return {**box, **verdict.box.model_dump()}
