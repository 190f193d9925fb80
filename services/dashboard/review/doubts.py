"""Detections that somebody should look at, pure, and what becomes of them by their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.dashboard.film.screening import Box, Frame, Screening

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
    """One detection of one frame; `number` is its place among the frame's detections."""

    video_id: str
    frame: str
    number: int
    at: float
    box: Box
    suffix: str = "jpg"

    @property
    def id(self) -> str:
        return f"{self.video_id}/{self.frame}/{self.number}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose detections are reviewed, and below which confidence in percent."""

    detector: str
    below: float

    def holds(self, box: Box) -> bool:
        """Whether somebody should look at it."""
        return bool(box["detector"] == self.detector and box["confidence"] < self.below)


def doubts(video_id: str, screening: Screening, scope: Scope, suffix: str) -> list[Doubt]:
    """The detections in the scope, in the order of time."""
    return [
        Doubt(video_id, frame.image, number, frame.at, box, suffix)
        for frame in screening.frames
        if frame.image
        for number, box in enumerate(frame.boxes)
        if scope.holds(box)
    ]


def settled(frame: Frame, verdicts: Mapping[int, Verdict], scope: Scope) -> tuple[Box, ...] | None:
    """The true boxes of the scope's detector; None while one of its doubts is open, for it may be a logo."""
    own = {n: box for n, box in enumerate(frame.boxes) if box["detector"] == scope.detector}
    if not verdicts.keys() & own.keys():
        return None  # nobody looked at it
    if any(scope.holds(box) and n not in verdicts for n, box in own.items()):
        return None
    return tuple(
        _corrected(box, verdicts.get(n))
        for n, box in own.items()
        if n not in verdicts or verdicts[n].verdict == "accept"
    )


def open_ones(found: Iterable[Doubt], decided: Sequence[str] | set[str]) -> list[Doubt]:
    """Those that nobody has decided, the least sure first."""
    return sorted(
        (doubt for doubt in found if doubt.id not in decided),
        key=lambda doubt: (doubt.box["confidence"], doubt.id),
    )


def _corrected(box: Box, verdict: Verdict | None) -> Box:
    if verdict is None or verdict.box is None:
        return box
    return {**box, **verdict.box.model_dump()}
