"""Custom Labels projects and their datasets, as Rekognition describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["TRAIN", "TEST"]
TRAIN: Kind = "TRAIN"
TEST: Kind = "TEST"


@dataclass(frozen=True, slots=True)
class Project:
    """A project and its datasets (ARN by kind)."""

    arn: str
    name: str
    status: str
    datasets: dict[Kind, str]


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """How a dataset is: how many entries it has, and since when (seconds since the epoch)."""

    state: str
    message: str
    entries: int
    changed_at: float

    @property
    def busy(self) -> bool:
        """Whether it is being created, updated or deleted."""
        return self.state.endswith("_IN_PROGRESS")

    @property
    def failed(self) -> bool:
        """Whether its last change failed."""
        return self.state.endswith("_FAILED")
