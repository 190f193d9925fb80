"""The versions of a model's project, as Rekognition lists them, with what their evaluation said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.models.control import ModelState
from shared.storage.objects import Address


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained model. `created_at` is in seconds since the epoch; `f1` is 0 to 1, None before its test."""

    arn: str
    name: str
    state: ModelState
    message: str
    created_at: float
    units: int  # the most it may use, while it runs
    f1: float | None
    least_units: int = 0  # asked for at its last start
    summary: Address | None = None  # of its test


class Versions(Protocol):
    """Lists the versions of one project; raises a kind of `RekognitionError`."""

    async def all(self) -> list[ModelVersion]:
        """All of them, the newest first."""
        ...
