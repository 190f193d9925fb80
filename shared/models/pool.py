"""The pool port: the rate that all detectors of one model share, and which of them send.

One row per model in the control table, which the detectors write by conditional write. The controller reads
the learnt rate per inference unit from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Units:
    """Inference units, and when the controller saw them running (seconds since the epoch)."""

    count: int
    at: float


@dataclass(frozen=True, slots=True)
class Sender:
    """A replica that calls Rekognition, or is about to. It is alive as long as its beat goes on rising."""

    owner: str
    beat: int  # version of the row when it last renewed its place, so that none comes twice
    share: float  # of the limit; the shares of all senders are at most 1 together


@dataclass(frozen=True, slots=True)
class Window:
    """How the calls went that were started at the present limit."""

    calls: int = 0
    throttled: int = 0
    waited: int = 0  # calls that had to wait for their turn; if they are few, the limit was not reached


@dataclass(frozen=True, slots=True)
class Pool:
    """What the detectors of one model know together. Times are seconds since the epoch."""

    model: str
    limit: float  # calls/s that all senders may make together
    units: int  # inference units that the limit holds for
    units_at: float  # when the controller saw them running
    learnt: bool  # whether throttles have shown where the limit is
    clean: int  # windows in a row that were hardly throttled
    era: int  # rises with every change of the limit
    settled_at: float  # calls before it tell nothing: who sends, or the model, was changing
    fell_at: float = 0.0  # when it last began to fall
    fell_from: float = 0.0  # calls/s per inference unit before it
    window: Window = Window()
    senders: tuple[Sender, ...] = ()
    version: int = 0  # of the row; rises with every write

    @property
    def per_unit(self) -> float:
        """Calls per second and inference unit."""
        return self.limit / self.units


class Pools(Protocol):
    """The pools of all models; raises `LedgerError`."""

    async def read(self, model: str) -> Pool | None:
        """The pool as it is now."""
        ...

    async def write(self, pool: Pool) -> bool:
        """Replace the version before this one; False when another replica has been faster."""
        ...
