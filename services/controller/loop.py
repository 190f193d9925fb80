"""The controller's loop: keep the lead; at every tick look at all models, then decide and act on each."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.controller.deciding.budget import Budget, Caps, budget
from services.controller.deciding.view import Rules, StartBilling
from services.controller.keeper import Keeper
from services.controller.leadership import Leadership
from services.controller.managed import Managed
from services.controller.seeing.workload import read_workload
from shared.costs.units import UnitCounter
from shared.models.control import LeaseTable, ModelBoard
from shared.models.pool import Pools
from shared.models.rekognition import RekognitionError
from shared.runtime.tasks import beside
from shared.telemetry import metrics
from shared.videos.ledger import LedgerError, Videos

log = logging.getLogger(__name__)

LOOKS_AT_STARTS = 5  # a tick: what starts is billed and idle from the moment that it runs until it is seen


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """How the loop works; times in seconds."""

    owner: str  # this process, unique among controllers
    lease: float
    rules: Rules = field(default_factory=Rules)
    caps: Caps = field(default_factory=Caps)


class ControlLoop:
    """Looks after all models. Of several loops one leads; the others stand by and take over."""

    def __init__(
        self,
        options: LoopOptions,
        managed: Sequence[Managed],
        videos: Videos,
        leases: LeaseTable,
        board: ModelBoard,
        pools: Pools,
        counter: UnitCounter,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._options = options
        self._videos = videos
        self._clock = clock
        self._stopping = False
        self._wake = asyncio.Event()
        self._leadership = Leadership(leases, options.owner, options.lease, gained=self._wake.set)
        self._keepers = [Keeper(each, board, pools, counter, options.rules, clock) for each in managed]

    def stop(self) -> None:
        """End after the present tick."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Tick until stopped, then let go of the lead."""
        async with beside(self._leadership.run(), "lead"):
            while not self._stopping:
                await self._pause()
                await self._tick()

    async def _pause(self) -> None:
        """Until the next tick, the lead, or the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._seconds_to_the_next_look())
        self._wake.clear()

    def _seconds_to_the_next_look(self) -> float:
        starting = any(keeper.starting for keeper in self._keepers)
        return self._options.rules.tick / (LOOKS_AT_STARTS if starting else 1)

    async def _tick(self) -> None:
        fence = self._leadership.fence
        if fence is None or self._stopping:
            return
        now = self._clock()
        for keeper in self._keepers:
            await self._guarded(keeper, keeper.open(fence))
        worked_on = {video_id for keeper in self._keepers for video_id in keeper.working}
        try:
            workload = await read_workload(self._videos, worked_on)
        except LedgerError as error:
            log.error("the ledger is not readable", extra={"error": str(error)})
            return
        for keeper in self._keepers:
            await self._guarded(keeper, keeper.look(workload))
        for keeper in self._keepers:
            others = sum(other.committed for other in self._keepers if other is not keeper)
            await self._guarded(keeper, keeper.act(self._budget(now).without(others), self._leadership))

    async def _guarded(self, keeper: Keeper, work: Coroutine[Any, Any, None]) -> None:
        """One model's trouble is no other's."""
        try:
            await work
        except (LedgerError, RekognitionError) as error:
            log.error("tick failed", extra={"model": keeper.name, "error": str(error)})

    def _budget(self, now: float) -> Budget:
        passing_too = self._options.rules.billing is not StartBilling.UNBILLED
        spent = [keeper.spent(now, passing_too) for keeper in self._keepers]
        day, month = sum(day for day, _ in spent), sum(month for _, month in spent)
        _show_spending(self._options.caps, day, month)
        return budget(self._options.caps, day, month, now)


def _show_spending(caps: Caps, day: float, month: float) -> None:
    for period, cap, spent in (("day", caps.day, day), ("month", caps.month, month)):
        if cap:
            metrics.budget_spent.labels(period).set(spent / cap)
