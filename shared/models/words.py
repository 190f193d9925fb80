"""A word that was read in a frame."""

from __future__ import annotations

from dataclasses import dataclass

from shared.messaging.messages import BoundingBox


@dataclass(frozen=True, slots=True)
class Word:
    """What was read: confidence in percent, and the number of its line, in the order of reading."""

    text: str
    confidence: float
    box: BoundingBox
    line: int
