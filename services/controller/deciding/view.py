"""What a decision rests on: the rules that were set, and what is seen of one model at one tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from services.controller.bookkeeping.memory import Memory
from services.controller.deciding.budget import LONGEST_STOP, Budget
from services.controller.deciding.words import clock
from shared.costs import demand
from shared.costs.demand import Capacity, Work
from shared.models.control import ModelState
from shared.wording import count


class StartBilling(StrEnum):
    """Whether AWS bills the time from the call until RUNNING, which it does not document."""

    UNKNOWN = "unknown"
    BILLED = "billed"
    UNBILLED = "unbilled"


HOLDS = {StartBilling.UNKNOWN: 0.25, StartBilling.BILLED: float("inf"), StartBilling.UNBILLED: 0.0}


@dataclass(frozen=True, slots=True)
class Rules:
    """What was set for all models; times in seconds."""

    tick: float = 10.0
    hold: float | None = None  # None: by `billing`, as a share of the time a video is given
    billing: StartBilling = StartBilling.UNKNOWN
    elastic: bool = False  # AWS may add units up to the most allowed while the model runs
    start_attempts: int = 3
    respect: float = 900.0  # how long what someone else did is left alone

    def hold_of(self, work: Work) -> float:
        """Seconds that a video may wait for others to share a start-up with."""
        if self.hold is not None:
            return self.hold
        share = HOLDS[self.billing]
        return share * work.given if share else 0.0


@dataclass(frozen=True, slots=True)
class View:
    """What the controller sees of one model at one tick; times in seconds since the epoch."""

    now: float
    state: ModelState
    message: str  # Rekognition's own words on the state
    units: int  # that run, or were asked for
    works: tuple[Work, ...]  # videos with outstanding frames
    capacity: Capacity
    memory: Memory = field(default_factory=Memory)  # after this look
    budget: Budget = field(default_factory=Budget)  # without what other models are bound to cost
    paused: str | None = None  # who holds the switch, and why

    @property
    def frames(self) -> str:
        """The outstanding frames in words."""
        return count(demand.frames(self.works), "frame")

    @property
    def deadline(self) -> str:
        """The next deadline in words."""
        return f"the {clock(min(work.due_at for work in self.works), self.now)} deadline"

    @property
    def outage(self) -> float:
        """Seconds without a running model that a restart costs."""
        return LONGEST_STOP + self.capacity.start_seconds

    def respected_until(self, rules: Rules) -> float:
        """Until when what someone else did to the model is left alone."""
        strange_at = self.memory.strange_at
        return self.now if strange_at is None else strange_at + rules.respect
