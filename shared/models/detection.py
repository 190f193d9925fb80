"""The detection ports: what finds things in a frame, and what reads the words in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.messages import BoundingBox, Detection
from shared.storage.objects import Address


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a frame, and the model, with its version, that found it."""

    model: str
    detections: Sequence[Detection]


@dataclass(frozen=True, slots=True)
class Word:
    """What was read: confidence in percent, and the number of its line, in the order of reading."""

    text: str
    confidence: float
    box: BoundingBox
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """The words read in a frame, and the model, with its version, that read them."""

    model: str
    words: Sequence[Word]


class Detector(Protocol):
    """Finds things in a frame."""

    async def detect(self, frame: Address) -> Seen:
        """What a frame lying in S3 shows; raises a kind of `RekognitionError`."""
        ...


class Reader(Protocol):
    """Reads the words in a frame."""

    async def read(self, frame: Address) -> Text:
        """The words of a frame lying in S3; raises a kind of `RekognitionError`."""
        ...
