"""The gate: frames are received only while the model runs, so that waiting for it costs no receive count."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from shared.models.control import Fault, ModelReport, ModelState, Notices
from shared.models.pool import Units
from shared.runtime.tasks import beside
from shared.telemetry import metrics
from shared.videos.ledger import LedgerError

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # for one look: after an outage a request that hangs must not keep us from looking again


class Gate:
    """Open while the controller reports the model RUNNING and no fault has been posted since our first look.

    The fault that the first look finds may be cured: a restart tries again. No clocks are compared.
    """

    def __init__(
        self,
        board: Notices,
        model: str,
        poll_seconds: float,
        tell: Callable[[str | None], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._model = model
        self._poll_seconds = poll_seconds
        self._tell = tell
        self._clock = clock
        self._report: ModelReport | None = None
        self._refuted_at = float("-inf")  # of the newest report that Rekognition has contradicted
        self._opened = asyncio.Event()
        self._has_looked = False
        self._first_fault: Fault | None = None  # that the first look found
        self._old_fault = False  # whether it is posted still
        self.units_changed = asyncio.Event()  # until it is cleared by whoever follows them

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at the board for the time of the block."""
        async with beside(self._watch(), "gate"):
            yield

    @property
    def is_open(self) -> bool:
        """Whether frames may be examined."""
        return self._opened.is_set()

    @property
    def units(self) -> Units | None:
        """The inference units last seen running, if there ever were any."""
        report = self._report
        return Units(report.units, report.at) if report and report.units else None

    @property
    def reported_at(self) -> float:
        """Of the report that a call relies on which begins now; minus infinity without any."""
        return self._report.at if self._report else float("-inf")

    async def wait_open(self) -> None:
        """Return as soon as frames may be examined."""
        await self._opened.wait()

    async def not_ready(self, reported_at: float) -> None:
        """Rekognition refused: close every replica's gate until a newer report says that the model runs.

        `reported_at` is that of the report which the refused call relied on.
        """
        if not self.is_open or reported_at < self.reported_at:
            return  # another frame has told so already, or the controller has looked since
        self._set(False)
        self._refuted_at = reported_at
        await self._post(self._board.refute(self._model, self._refuted_at))

    async def close_for(self, sentence: str) -> None:
        """Close every replica's gate: no frame can succeed until someone cures what `sentence` says."""
        if not self.is_open:
            return
        log.error("detection stopped", extra={"fault": sentence})
        self._show_fault(sentence)
        await self._post(self._board.set_fault(self._model, Fault(sentence, self._clock())))

    async def works(self) -> None:
        """A call went through: a fault that was there before our start is cured."""
        if self._old_fault:
            self._old_fault = False
            await self._post(self._board.set_fault(self._model, None))

    async def _watch(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look()
            except (LedgerError, TimeoutError) as error:
                # What was known still holds: Rekognition itself tells if the model has stopped.
                log.debug("control table not readable", extra={"error": str(error) or "no answer in time"})
            await asyncio.sleep(self._poll_seconds)

    async def _look(self) -> None:
        fault = await self._board.fault(self._model)
        before = self.units
        self._report = report = await self._board.report(self._model)
        if before and self.units and before.count != self.units.count:
            self.units_changed.set()
        refuted_at = await self._board.refuted(self._model)
        self._refuted_at = max(self._refuted_at, refuted_at)  # which may have risen while we looked
        if not self._has_looked:
            self._has_looked, self._first_fault = True, fault
        if fault and fault != self._first_fault:
            self._show_fault(fault.sentence)
            return
        self._old_fault = fault is not None
        self._tell(None)
        metrics.detection_fault.set(0)
        running = report is not None and report.state is ModelState.RUNNING and report.at > self._refuted_at
        self._set(running)

    async def _post(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except LedgerError as error:
            # Every replica finds out for itself, and posts it when it can.
            log.warning("control table not writable", extra={"error": str(error)})

    def _show_fault(self, sentence: str) -> None:
        self._set(False)
        self._tell(sentence)
        metrics.detection_fault.set(1)

    def _set(self, is_open: bool) -> None:
        if is_open != self.is_open:
            log.info("gate opened" if is_open else "gate closed")
        if is_open:
            self._opened.set()
        else:
            self._opened.clear()
        metrics.gate_open.set(is_open)
