"""What the controller is told of one model."""

from __future__ import annotations

from dataclasses import dataclass

from shared.models.rekognition import Models


@dataclass(frozen=True, slots=True)
class Managed:
    """One model, and the detector that needs it."""

    name: str
    detector: str
    models: Models
    most_units: int
    unit_rate: float  # frames per second and inference unit, until it is learnt
