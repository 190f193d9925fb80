"""Looks after one model: look, decide, keep, act."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from services.controller.acting import Hands
from services.controller.bookkeeping.diary import Diary
from services.controller.bookkeeping.memory import Asked, Memory, asked_to_start, asked_to_stop
from services.controller.bookkeeping.meter import metered
from services.controller.bookkeeping.reconciling import Reconciler
from services.controller.deciding.actions import Action, Cause, Start, Stop, Wait
from services.controller.deciding.budget import Budget, committed
from services.controller.deciding.policy import decide
from services.controller.deciding.view import Rules, View
from services.controller.leadership import Leadership
from services.controller.managed import Managed
from services.controller.seeing.sight import Sight
from services.controller.seeing.workload import VideoWork
from shared.costs import demand
from shared.costs.prices import running_cost
from shared.costs.units import UnitCounter
from shared.models.control import ModelBoard, ModelReport, ModelState
from shared.models.pool import Pools
from shared.models.rekognition import ModelStatus
from shared.telemetry import metrics

log = logging.getLogger(__name__)


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
        self.committed = 0.0  # dollars that the model is bound to cost yet, however soon it is stopped
        self._managed = managed
        self._board = board
        self._sight = Sight(managed, board, pools)
        self._reconciler = Reconciler(counter, managed.name)
        self._hands = Hands(managed.name, managed.models, clock)
        self._rules = rules
        self._clock = clock
        self._diary = Diary(board, managed.name)
        self._term: int | None = None  # whose diary is open
        self._last: ModelReport | None = None
        self._running = 0.0  # unit-seconds of all time
        self._view: View | None = None
        self._last_reason = ""

    @property
    def starting(self) -> bool:
        """The model was STARTING when last seen."""
        return self._last is not None and self._last.state is ModelState.STARTING

    @property
    def working(self) -> tuple[str, ...]:
        """The videos that had outstanding frames when last seen, by whichever leader."""
        return self._diary.memory.working

    def spent(self, now: float, passing_too: bool) -> tuple[float, float]:
        """Dollars that the model has cost today, and this month."""
        return self._diary.spent(now, passing_too)

    # --- looking

    async def look(self, workload: Sequence[VideoWork]) -> None:
        """See what the model and its work are like; raises `LedgerError` or `RekognitionError`."""
        self._view = None
        if self._term is None:
            return
        began = self._clock()
        status = await self._managed.models.describe()
        now = (began + self._clock()) / 2  # when Rekognition looked: the meter counts from look to look
        await self._enter(workload, now)
        self._meter(status, now)
        view = await self._sight.view(status, self._true_units(status), workload, self._diary.memory, now)
        self.committed = self._commitment(view.memory, now)
        self._view = view

    async def open(self, fence: int) -> None:
        """Go on where the leader of an earlier term left off; raises `LedgerError`."""
        if self._term == fence:
            return
        self._term = None
        await self._diary.open(self._clock())
        self._last = await self._board.report(self.name)
        self._running = self._last.unit_seconds if self._last else 0.0
        self._term = fence

    async def _enter(self, workload: Sequence[VideoWork], now: float) -> None:
        """Enter the frames that were examined, and what AWS has counted."""
        examined = {each.video.video_id: each.examined(self._managed.detector) for each in workload}
        await self._diary.enter_frames({key: total for key, total in examined.items() if total}, now)
        in_service = await self._reconciler.count(now)
        if in_service is not None:
            self._diary.enter(replace(self._diary.day(now), in_service=in_service), now)

    def _meter(self, status: ModelStatus, now: float) -> None:
        memory, today = self._diary.memory, self._diary.day(now)
        use = metered(today, self._last, memory, status.state, self._true_units(status), now)
        self._running += use.running - today.running
        self._diary.enter(use, now)
        if self._last:  # a report that then cannot be posted must not have its time metered twice
            self._last = replace(self._last, state=status.state, at=now)

    def _commitment(self, memory: Memory, now: float) -> float:
        assert memory.state is not None
        ours = memory.asked is Asked.START  # of another's start it is not known when it began
        starting_for = now - memory.asked_at if ours else 0.0
        return committed(memory.state, memory.units, starting_for, self._rules.tick)

    def _true_units(self, status: ModelStatus) -> int:
        """Units in service: those AWS counted, if it may change them itself, else those asked for."""
        if self._rules.elastic and status.state is ModelState.RUNNING and self._reconciler.units:
            return self._reconciler.units
        return status.units

    # --- acting

    async def act(self, budget: Budget, leadership: Leadership) -> None:
        """Decide on the last look, keep what must be remembered, and do it while we lead."""
        if self._view is None:
            return
        view = replace(self._view, budget=budget)
        action = decide(view, self._rules)
        memory = _remembered(view.memory, action, view.now)
        if not await self._keep(view, action, memory):
            return
        self._log(action)
        if not isinstance(action, Wait) and leadership.fence == self._term:
            self._commit(action)
            self._diary.memory = await self._hands.act(action, memory, leadership.act_seconds)

    def _commit(self, action: Start | Stop) -> None:
        """Even a start whose answer is lost may be billed."""
        if isinstance(action, Start):
            most = max(action.units, action.most_units)
            self.committed = committed(ModelState.STARTING, most, 0.0, self._rules.tick)

    async def _keep(self, view: View, action: Action, memory: Memory) -> bool:
        """Post what was seen and decided, before acting on it; False when another leads by now."""
        assert self._term is not None
        report = self._report(view, action)
        records = self._diary.records(memory, view.now)
        # A leader that was overtaken is refused here and keeps its hands off.
        if not await self._board.publish(report, self._term, records):
            self._term = None
            return False
        self._diary.kept(memory, records)
        self._last = report
        _show(report)
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

    def _log(self, action: Action) -> None:
        if action.reason != self._last_reason:
            log.info(
                "decided",
                extra={"model": self.name, "action": type(action).__name__, "reason": action.reason},
            )
        self._last_reason = action.reason


def _remembered(memory: Memory, action: Action, now: float) -> Memory:
    match action:
        case Start():
            return asked_to_start(memory, now)
        case Stop():
            return asked_to_stop(memory, now, action.cause is Cause.STALLED, action.enlarge_to)
        case Wait():
            return memory


def _show(report: ModelReport) -> None:
    for state in ModelState:
        metrics.model_state.labels(report.model, state).set(state is report.state)
    metrics.inference_units.labels(report.model).set(report.units)
    metrics.outstanding.labels(report.model).set(report.outstanding)
    metrics.bill.labels(report.model).set(running_cost(report.unit_seconds))
