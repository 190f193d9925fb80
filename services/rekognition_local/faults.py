"""Faults on demand: which call to DetectCustomLabels is throttled, fails or stalls, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.rekognition_local.errors import (
    ApiError,
    InternalServerError,
    ProvisionedThroughputExceededException,
)

Share = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """What POST /_admin/faults takes: shares of calls (0 to 1), and how long a stall lasts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    throttle_share: Share = 0.0
    error_share: Share = 0.0
    stall_share: Share = 1.0  # of the calls, however they end
    stall_seconds: float = Field(0.0, ge=0)
    seed: int = 0

    @model_validator(mode="after")
    def _shares_fit(self) -> Faults:
        if self.throttle_share + self.error_share > 1:
            raise ValueError("throttle_share and error_share are more than 1 together")
        return self


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls one call: how long it stalls (seconds), and the error it then ends in, if any."""

    stall_seconds: float
    error: ApiError | None


def fate(faults: Faults, number: int) -> Fate:
    """The fate of the call with this number, counted from when the faults were set."""
    draw = random.Random(f"{faults.seed}:{number}")
    stall = faults.stall_seconds if draw.random() < faults.stall_share else 0.0
    return Fate(stall, _error(faults, draw.random()))


def _error(faults: Faults, chance: float) -> ApiError | None:
    if chance < faults.throttle_share:
        return ProvisionedThroughputExceededException("Provisioned rate exceeded (injected).")
    if chance < faults.throttle_share + faults.error_share:
        return InternalServerError("Internal server error (injected).")
    return None
