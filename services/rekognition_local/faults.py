"""Faults on demand: which calls are throttled, fail, stall or are cut off, and how models misbehave."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.rekognition_local import errors
from services.rekognition_local.errors import ApiError, ProvisionedThroughputExceededException

DETECTIONS = ("DetectCustomLabels", "DetectLabels", "DetectText", "DetectModerationLabels")
Share = Annotated[float, Field(ge=0, le=1)]
Code = Literal[
    "AccessDeniedException",
    "ImageTooLargeException",
    "InternalServerError",
    "InvalidImageFormatException",
    "InvalidParameterException",
    "InvalidS3ObjectException",
    "LimitExceededException",
    "ResourceNotFoundException",
    "ResourceNotReadyException",
    "ThrottlingException",
]


class Faults(BaseModel):
    """What POST /_admin/faults takes: shares of calls (0 to 1), times in seconds, counts of starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operations: tuple[str, ...] = DETECTIONS  # those whose calls suffer
    throttle_share: Share = 0.0
    error_share: Share = 0.0
    error_code: Code = "InternalServerError"
    drop_share: Share = 0.0  # connections cut off without an answer
    stall_share: Share = 1.0  # of the calls, however they end
    stall_seconds: float = Field(0.0, ge=0)
    start_seconds: float | None = Field(None, ge=0)  # how long models take to start
    failing_starts: int = Field(0, ge=0)  # so many of the next starts end FAILED
    stale_seconds: float = Field(0.0, ge=0)  # for so long listings show what was before a change
    seed: int = 0

    @model_validator(mode="after")
    def _shares_fit(self) -> Faults:
        if self.throttle_share + self.error_share + self.drop_share > 1:
            raise ValueError("throttle_share, error_share and drop_share are more than 1 together")
        return self


class Dropped(Exception):
    """The connection is to be cut off without an answer."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls one call: how long it stalls (seconds), and what it then ends in, if not well."""

    stall_seconds: float
    error: ApiError | Dropped | None


def fate(faults: Faults, number: int) -> Fate:
    """The fate of the call with this number, counted from when the faults were set."""
    draw = random.Random(f"{faults.seed}:{number}")
    stall = faults.stall_seconds if draw.random() < faults.stall_share else 0.0
    return Fate(stall, _error(faults, draw.random()))


def _error(faults: Faults, chance: float) -> ApiError | Dropped | None:
    if chance < faults.throttle_share:
        return ProvisionedThroughputExceededException("Provisioned rate exceeded (injected).")
    chance -= faults.throttle_share
    if chance < faults.error_share:
        kind: type[ApiError] = getattr(errors, faults.error_code)
        return kind(f"{faults.error_code} (injected).")
    return Dropped() if chance - faults.error_share < faults.drop_share else None
