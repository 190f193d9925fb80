"""Looks after one model: look, decide, keep, act."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.controller.actions import Action, Cause, Start, Stop, Wait
from services.controller.budget import Budget
from services.controller.diary import Diary
from services.controller.leadership import Leadership
from services.controller.learning import start_seconds
from services.controller.memory import (
    Look,
    Memory,
    asked_to_start,
    asked_to_stop,
    refused,
    seen,
)
from services.controller.meter import metered
from services.controller.policy import decide
from services.controller.view import Rules, View
from services.controller.workload import Books
from shared import demand, metrics
from shared.cloudwatch import UnitCounter, UnitsUnknown
from shared.control import ModelBoard, ModelReport, ModelState
from shared.costs import SECONDS_PER_DAY, running_cost
from shared.demand import Capacity
from shared.pool import Pools
from shared.rekognition import AlreadyInUse, Models, ModelStatus, QuotaReached, RekognitionError

log = logging.getLogger(__name__)

RECONCILE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Managed:
    """One model, and the detectors that need it."""

    name: str
    detectors: tuple[str, ...]
    models: Models
    most_units: int
    unit_rate: float  # frames per second and inference unit, until the detectors have learnt it


class Keeper:
    """Looks after one model for the leader: `look` at every tick, then `act`."""

    def __init__(
        self,
        managed: Managed,
        board: ModelBoard,
        pools: Pools,
        counter: UnitCounter,
        rules: Rules,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = managed.name
        self.units = 0  # running or starting
        self._managed = managed
        self._board = board
        self._pools = pools
        self._counter = counter
        self._reconciled_at = float("-inf")
        self._counted: int | None = None  # units in service, by AWS
        self._rules = rules
        self._clock = clock
        self._diary = Diary(board, managed.name)
        self._term: int | None = None  # whose diary is open
        self._last: ModelReport | None = None
        self._running = 0.0  # unit-seconds of all time
        self._detected: dict[str, int] = {}  # frames that did not fail, by video
        self._view: View | None = None
        self._last_reason = ""

    async def look(self, books: Sequence[Books], fence: int) -> None:
        """See what the model and its work are like; raises `LedgerError` or `RekognitionError`."""
        self._view = None
        if self._term != fence:
            await self._diary.open(self._clock())
            self._last = await self._board.report(self.name)
            self._running = self._last.unit_seconds if self._last else 0.0
            self._term = fence
        began = self._clock()
        status = await self._managed.models.describe()
        now = (began + self._clock()) / 2  # when Rekognition looked: the meter counts from look to look
        await self._enter_frames(books, now)
        await self._reconcile(now)
        self._meter(status, now)
        self._view = await self._seen(status, books, now)

    @property
    def starting(self) -> bool:
        """The model was STARTING when last seen."""
        return self._last is not None and self._last.state is ModelState.STARTING

    def spent(self, now: float, passing_too: bool) -> tuple[float, float]:
        """Dollars that the model has cost today, and this month."""
        return self._diary.spent(now, passing_too)

    async def act(self, budget: Budget, other_units: int, leadership: Leadership) -> None:
        """Decide on the last look, keep what must be remembered, and do it while we lead."""
        if self._view is None:
            return
        view = replace(self._view, budget=budget, other_units=other_units)
        action = decide(view, self._rules)
        memory = _remembered(view.memory, action, view.now)
        if await self._keep(view, action, memory):
            self._log(action)
            await self._do(action, leadership)

    # --- looking

    async def _enter_frames(self, books: Sequence[Books], now: float) -> None:
        examined = {each.video.video_id: each.examined(self._managed.detectors) for each in books}
        await self._diary.enter_frames({key: total for key, total in examined.items() if total}, now)

    async def _reconcile(self, now: float) -> None:
        """Enter now and then what AWS itself has counted today, where that can be read."""
        if now - self._reconciled_at < RECONCILE_SECONDS:
            return
        self._reconciled_at = now
        try:
            found = await self._counter.in_service(self.name, now - now % SECONDS_PER_DAY, now)
        except UnitsUnknown as error:
            log.debug("not reconciled", extra={"model": self.name, "reason": str(error)})
            return
        self._counted = found.latest
        if found.latest is not None:
            self._diary.enter(replace(self._diary.day(now), in_service=found.unit_seconds), now)

    def _meter(self, status: ModelStatus, now: float) -> None:
        memory, today = self._diary.memory, self._diary.day(now)
        units = self._true_units(status)
        use = metered(today, self._last, memory, status.state, units, now)
        self._running += use.running - today.running
        self._diary.enter(use, now)
        if self._last:  # a report that then cannot be posted must not have its time metered twice
            self._last = replace(self._last, state=status.state, at=now)

    async def _seen(self, status: ModelStatus, books: Sequence[Books], now: float) -> View:
        works = tuple(work for each in books if (work := each.work(self._managed.detectors)).frames)
        up = status.state in (ModelState.STARTING, ModelState.RUNNING)
        self.units = max(1, self._true_units(status)) if up else 0
        waiting = sum(each.waiting(self._managed.detectors) for each in books)
        look = Look(now, status.state, self.units, self._newly_detected(books), waiting, bool(works))
        memory = seen(self._diary.memory, look)
        presumed = memory.throughput.unit_rate(self._managed.unit_rate)
        pool = await self._pools.read(self.name)
        pause = await self._board.pause(self.name)
        capacity = Capacity(
            unit_rate=pool.per_unit if pool and pool.learnt else presumed,
            start_seconds=start_seconds(memory.starts),
            most_units=self._managed.most_units,
        )
        return View(
            now=now,
            state=status.state,
            message=status.message,
            units=self.units,
            works=works,
            capacity=capacity,
            memory=memory,
            paused=pause.reason if pause else None,
        )

    def _true_units(self, status: ModelStatus) -> int:
        """Units in service: those AWS counted, if it may change them itself, else those asked for."""
        if self._rules.elastic and status.state is ModelState.RUNNING and self._counted:
            return self._counted
        return status.units

    def _newly_detected(self, books: Sequence[Books]) -> int:
        detected = {each.video.video_id: each.detected(self._managed.detectors) for each in books}
        known, self._detected = self._detected, detected
        return sum(max(0, total - known.get(video_id, total)) for video_id, total in detected.items())

    # --- acting

    async def _keep(self, view: View, action: Action, memory: Memory) -> bool:
        """Post what was seen and decided, before acting on it; False when another leads by now."""
        assert self._term is not None
        report = self._report(view, action)
        records = self._diary.records(memory, view.now)
        # A leader that was overtaken is refused here and keeps its hands off.
        if not await self._board.publish(report, self._term, records):
            self._term = None
            return False
        self._diary.kept(memory, records, [work.video_id for work in view.works])
        self._last = report
        self._show(report)
        return True

    def _report(self, view: View, action: Action) -> ModelReport:
        return ModelReport(
            model=self.name,
            state=view.state,
            units=view.units if view.state is ModelState.RUNNING else 0,
            reason=action.reason,
            outstanding=demand.frames(view.works),
            unit_seconds=self._running,
            at=view.now,
        )

    async def _do(self, action: Action, leadership: Leadership) -> None:
        if isinstance(action, Wait) or leadership.fence != self._term:
            return
        try:
            async with asyncio.timeout(leadership.act_seconds):
                await self._ask(action)
        except AlreadyInUse as error:
            log.info("someone else acted first", extra={"reason": str(error)})
        except QuotaReached as error:
            self._refused(str(error))
        except (RekognitionError, TimeoutError) as error:
            log.error("not done", extra={"action": type(action).__name__, "error": str(error)})

    async def _ask(self, action: Start | Stop) -> None:
        began = self._clock()
        if isinstance(action, Start):
            await self._managed.models.start(action.units, action.most_units)
        else:
            await self._managed.models.stop()
        # The meter counts from when AWS was likely to do it, and not from the tick.
        done_at = (began + self._clock()) / 2
        stopped_at = done_at if isinstance(action, Stop) else None
        self._diary.memory = replace(self._diary.memory, asked_at=done_at, stopped_at=stopped_at)

    def _refused(self, sentence: str) -> None:
        log.error(
            "AWS allows no such start: lower LOGOSTREAM_MOST_UNITS, stop another model, or ask AWS for more",
            extra={"model": self.name, "reason": sentence},
        )
        self._diary.memory = refused(self._diary.memory, self._clock(), sentence)

    def _log(self, action: Action) -> None:
        if action.reason != self._last_reason:
            log.info(
                "decided",
                extra={"model": self.name, "action": type(action).__name__, "reason": action.reason},
            )
        self._last_reason = action.reason

    def _show(self, report: ModelReport) -> None:
        for state in ModelState:
            metrics.model_state.labels(self.name, state).set(state is report.state)
        metrics.inference_units.labels(self.name).set(report.units)
        metrics.outstanding.labels(self.name).set(report.outstanding)
        metrics.bill.labels(self.name).set(running_cost(report.unit_seconds))


def _remembered(memory: Memory, action: Action, now: float) -> Memory:
    match action:
        case Start():
            return asked_to_start(memory, now)
        case Stop():
            return asked_to_stop(memory, now, action.cause is Cause.STALLED, action.enlarge_to)
        case Wait():
            return memory
