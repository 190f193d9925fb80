"""The units port: the inference units that AWS itself counts, as it bills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class UnitsUnknown(Exception):
    """CloudWatch could not be read: not there, not permitted, or not answering."""


@dataclass(frozen=True, slots=True)
class UnitsInService:
    """What AWS counted: unit-seconds in all, and the units it counted last (None: nothing yet)."""

    unit_seconds: float
    latest: int | None


class UnitCounter(Protocol):
    """Reads what AWS counted of one model; raises `UnitsUnknown`."""

    async def in_service(self, model: str, since: float, until: float) -> UnitsInService:
        """Between two times, in seconds since the epoch; a model is named PROJECT/VERSION."""
        ...
