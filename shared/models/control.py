"""The control port: who leads, and what the model is doing, for all services to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

EMPTY: Mapping[str, str] = MappingProxyType({})
MOST_RECORDS = 99  # with one report
RECORDS_KEPT = 400 * 86_400  # seconds from when one was last written: a month, and that of the year before


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

    @property
    def why(self) -> str:
        """The reason alone, for whoever shows the state beside it."""
        return self.reason.removeprefix(f"{self.state.lower()}: ")


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in the configuration that stops every detector until someone cures it."""

    sentence: str
    at: float


@dataclass(frozen=True, slots=True)
class Lease:
    """A row that says who leads. Whoever leads changes it at every beat."""

    owner: str = ""  # empty: nobody
    fence: int = 0  # rises with every change of the owner
    beat: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A hand at the switch: the controller keeps the model stopped until it is taken away."""

    reason: str
    at: float


class LeaseTable(Protocol):
    """Who may act: one owner at a time, each term with a higher fence. Raises `LedgerError`."""

    async def lease(self, name: str) -> Lease:
        """The row as it is; an empty one if there is none."""
        ...

    async def replace(self, name: str, old: Lease, new: Lease) -> bool:
        """Put a row in the place of the one that was read; False when another has been faster."""
        ...


class Notices(Protocol):
    """What detectors read and post on the notice board; raises `LedgerError`."""

    async def report(self, model: str) -> ModelReport | None:
        """The last report on a model."""
        ...

    async def refute(self, model: str, report_at: float) -> None:
        """Post that Rekognition contradicts the report of that time: the model does not run.

        A newer report that is refuted already stays so.
        """
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


class ModelBoard(Notices, Protocol):
    """The notice board between the controller and the detectors; raises `LedgerError`."""

    async def publish(self, report: ModelReport, fence: int, records: Mapping[str, str] = EMPTY) -> bool:
        """Post the report, and keep records by their keys for `RECORDS_KEPT`, all or nothing.

        False, and nothing is kept, when a leader with a higher fence has posted since. At most
        `MOST_RECORDS` at a time.
        """
        ...

    async def record(self, key: str) -> str | None:
        """What was last kept under this key."""
        ...

    async def set_pause(self, model: str, pause: Pause | None) -> None:
        """Put a hand at a model's switch, or take it away."""
        ...

    async def pause(self, model: str) -> Pause | None:
        """The hand at a model's switch, if there is one."""
        ...
