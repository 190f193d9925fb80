"""The controller's loop: keep the lead, look, decide, act, and post what was seen for all to read."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.controller.policy import Action, Start, Stop, View, Wait, decide
from shared import metrics
from shared.control import Leases, ModelBoard, ModelReport, ModelState
from shared.costs import running_cost
from shared.ledger import ACTIVE, LedgerError, Videos
from shared.rekognition import AlreadyInUse, Models, ModelStatus, RekognitionError

log = logging.getLogger(__name__)

LEASE = "controller"


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """How the loop works; times in seconds."""

    model: str
    detectors: tuple[str, ...]  # that need the model
    owner: str  # this process, unique among controllers
    units: int
    tick: float
    lease: float
    start_attempts: int


class ControlLoop:
    """Looks after one model. Of several loops one leads; the others stand by and take over."""

    def __init__(
        self,
        options: LoopOptions,
        models: Models,
        videos: Videos,
        leases: Leases,
        board: ModelBoard,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._options = options
        self._models = models
        self._videos = videos
        self._leases = leases
        self._board = board
        self._clock = clock
        self._stopping = asyncio.Event()
        self._failed_starts = 0
        self._last_reason = ""

    def stop(self) -> None:
        """End after the present tick."""
        self._stopping.set()

    async def run(self) -> None:
        """Tick until stopped, then let go of the lead."""
        while not self._stopping.is_set():
            try:
                await self._tick()
            except (LedgerError, RekognitionError) as error:
                log.error("tick failed", extra={"error": str(error)})
            await self._pause()
        try:
            await self._leases.release(LEASE, self._options.owner)
        except LedgerError as error:
            log.warning("lead not let go of, it runs out by itself", extra={"error": str(error)})

    async def _tick(self) -> None:
        options = self._options
        fence = await self._leases.acquire(LEASE, options.owner, options.lease, self._clock())
        metrics.leader.set(fence is not None)
        if fence is None:
            return
        previous = await self._board.report(options.model)
        status = await self._models.describe()
        outstanding = await self._outstanding()
        action = decide(self._view(status, outstanding), options.start_attempts)
        report = self._report(status, outstanding, action, previous)
        # Posted before acting: a leader that was overtaken is refused here and keeps its hands off.
        if await self._board.publish(report, fence):
            _show(report)
            self._log(action)
            await self._act(action)

    def _view(self, status: ModelStatus, outstanding: int) -> View:
        if status.state is ModelState.RUNNING:
            self._failed_starts = 0
        return View(status.state, status.message, outstanding, self._failed_starts)

    async def _outstanding(self) -> int:
        videos = await self._videos.in_states(ACTIVE)
        chunks = [chunk for video in videos for chunk in await self._videos.chunks(video.video_id)]
        return sum(chunk.outstanding(name) for chunk in chunks for name in self._options.detectors)

    def _report(
        self, status: ModelStatus, outstanding: int, action: Action, previous: ModelReport | None
    ) -> ModelReport:
        now = self._clock()
        return ModelReport(
            model=self._options.model,
            state=status.state,
            units=status.units if status.state is ModelState.RUNNING else 0,
            reason=action.reason,
            outstanding=outstanding,
            unit_seconds=_metered(previous, now),
            at=now,
        )

    async def _act(self, action: Action) -> None:
        try:
            match action:
                case Start():
                    await self._models.start(self._options.units)
                    self._failed_starts += 1  # until it is seen RUNNING
                case Stop():
                    await self._models.stop()
                case Wait():
                    pass
        except AlreadyInUse as error:
            log.info("someone else acted first", extra={"reason": str(error)})

    def _log(self, action: Action) -> None:
        if action.reason != self._last_reason:
            log.info("decided", extra={"action": type(action).__name__, "reason": action.reason})
        self._last_reason = action.reason

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._options.tick)


def _metered(previous: ModelReport | None, now: float) -> float:
    """Unit-seconds so far: since the last report the model ran on as it was then seen."""
    if previous is None:
        return 0.0
    return previous.unit_seconds + previous.units * max(0.0, now - previous.at)


def _show(report: ModelReport) -> None:
    for state in ModelState:
        metrics.model_state.labels(state).set(state is report.state)
    metrics.inference_units.set(report.units)
    metrics.outstanding.set(report.outstanding)
    metrics.bill.set(running_cost(report.unit_seconds))
