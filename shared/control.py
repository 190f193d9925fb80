"""The control port: who leads, and what the model is doing, for all services to see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ModelState(StrEnum):
    """The states of a project version, as Rekognition names them."""

    TRAINING_IN_PROGRESS = "TRAINING_IN_PROGRESS"
    TRAINING_COMPLETED = "TRAINING_COMPLETED"
    TRAINING_FAILED = "TRAINING_FAILED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    DELETING = "DELETING"
    COPYING_IN_PROGRESS = "COPYING_IN_PROGRESS"
    COPYING_COMPLETED = "COPYING_COMPLETED"
    COPYING_FAILED = "COPYING_FAILED"
    DEPRECATED = "DEPRECATED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What the leading controller last saw of the model. Times are seconds since the epoch."""

    model: str
    state: ModelState
    units: int  # inference units running or asked for
    reason: str  # why the controller last acted, or waits, in words
    outstanding: int  # frames not yet examined
    unit_seconds: float  # running time metered so far, over all units
    at: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in the configuration that stops every detector until someone cures it."""

    sentence: str
    at: float


class Leases(Protocol):
    """Who may act: one owner at a time, each term with a higher fence."""

    async def acquire(self, name: str, owner: str, seconds: float, now: float) -> int | None:
        """Take or renew a lease; its fence, or None while another holds it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Let go of a lease, if it is still ours."""
        ...


class ModelBoard(Protocol):
    """The notice board between the controller and the detectors; raises `LedgerError`."""

    async def publish(self, report: ModelReport, fence: int) -> bool:
        """Post the report; False when a leader with a higher fence has posted since."""
        ...

    async def report(self, model: str) -> ModelReport | None:
        """The last report on a model."""
        ...

    async def refute(self, model: str, report_at: float) -> None:
        """Post that Rekognition contradicts the report of that time: the model does not run."""
        ...

    async def refuted(self, model: str) -> float:
        """The time of the newest report that is refuted; minus infinity when none is."""
        ...

    async def set_fault(self, model: str, fault: Fault | None) -> None:
        """Post a fault, or take it down."""
        ...

    async def fault(self, model: str) -> Fault | None:
        """The fault that stops detection, if there is one."""
        ...
