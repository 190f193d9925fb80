"""The notice board of detectors without a model of ours: what they ask of Rekognition always runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.models.control import Fault, ModelReport, ModelState, Notices


class AlwaysRunning:
    """`Notices` that report one running unit of whatever it is asked about; faults are the real ones."""

    def __init__(self, board: Notices, clock: Callable[[], float] = time.time) -> None:
        self._board = board
        self._clock = clock

    async def report(self, model: str) -> ModelReport | None:
        reason = "always running: it is Rekognition's own"
        return ModelReport(model, ModelState.RUNNING, 1, reason, 0, 0.0, self._clock())

    async def refute(self, model: str, report_at: float) -> None:
        await self._board.refute(model, report_at)

    async def refuted(self, model: str) -> float:
        return await self._board.refuted(model)

    async def set_fault(self, model: str, fault: Fault | None) -> None:
        await self._board.set_fault(model, fault)

    async def fault(self, model: str) -> Fault | None:
        return await self._board.fault(model)
