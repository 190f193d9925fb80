"""What sampled frames show, as plain values: the analytics' own words for the detections on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shared.messaging.messages import BoundingBox, Detection


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A box within the frame, in ratios of its width and height: 0 is the left or top edge, 1 the other."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """The share of the frame it covers."""
        return self.width * self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def common(self, other: Box) -> float:
        """The share of the frame that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)


WHOLE = Box(0.0, 0.0, 1.0, 1.0)  # of models that classify whole images


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """One logo in one sample; `confidence` is the detector's, in percent."""

    brand: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True, order=True)
class Picture:
    """Names the frame in S3 that a sample was found in."""

    timestamp_ms: int
    instant: int
    grid: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """What one examined frame shows; `at` is its sampling instant in seconds.

    A blank sample shows nothing to anybody: the picture is too dark or too blurred to be worth examining.
    """

    at: Fraction
    sightings: tuple[Sighting, ...]
    picture: Picture | None = None
    blank: bool = False


def sighting(detection: Detection) -> Sighting:
    """The detection in our words."""
    box = detection.box
    return Sighting(detection.label, _within(box) if box else WHOLE, detection.confidence)


def _within(box: BoundingBox) -> Box:
    """The part of a box that lies within the frame: a detector's may run over its edges."""
    left, top = _ratio(box.left), _ratio(box.top)
    return Box(left, top, _ratio(box.left + box.width) - left, _ratio(box.top + box.height) - top)


def _ratio(value: float) -> float:
    return min(1.0, max(0.0, value))
