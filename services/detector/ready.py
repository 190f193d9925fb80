"""The gate: frames are received only while the model runs, so that waiting for it costs no receive count."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from shared import metrics
from shared.control import Fault, ModelBoard, ModelState
from shared.ledger import LedgerError

log = logging.getLogger(__name__)


class Gate:
    """Open while the controller reports the model RUNNING and no fault has been posted since our start."""

    def __init__(
        self,
        board: ModelBoard,
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
        self._started_at = clock()
        self._refused_at = float("-inf")  # when Rekognition last said the model does not run
        self._looked_at = float("-inf")
        self._open = False
        self._old_fault = False

    async def wait_open(self) -> None:
        """Return as soon as frames may be examined."""
        while not await self._is_open():  # noqa: ASYNC110 - a table cannot wake us
            await asyncio.sleep(self._poll_seconds)

    def not_ready(self) -> None:
        """Rekognition refused: close until the controller has seen the model running after this moment."""
        self._refused_at = self._clock()
        self._set(False)

    async def close_for(self, sentence: str) -> None:
        """Close every replica's gate: no frame can succeed until someone cures what `sentence` says."""
        log.error("detection stopped", extra={"fault": sentence})
        self._set(False)
        self._tell(sentence)
        await self._board.set_fault(self._model, Fault(sentence, self._clock()))

    async def works(self) -> None:
        """A call went through: a fault that was posted before our start is cured."""
        if self._old_fault:
            self._old_fault = False
            await self._board.set_fault(self._model, None)

    async def _is_open(self) -> bool:
        if self._clock() - self._looked_at >= self._poll_seconds or not self._open:
            try:
                self._set(await self._look())
            except LedgerError as error:
                # What was known still holds: Rekognition itself tells if the model has stopped.
                log.warning("control table not readable", extra={"error": str(error)})
            self._looked_at = self._clock()
        return self._open

    async def _look(self) -> bool:
        fault = await self._board.fault(self._model)
        if fault and fault.at >= self._started_at:  # older ones may be cured: a restart tries again
            self._tell(fault.sentence)
            return False
        self._old_fault = fault is not None
        self._tell(None)
        report = await self._board.report(self._model)
        return report is not None and report.state is ModelState.RUNNING and report.at > self._refused_at

    def _set(self, is_open: bool) -> None:
        if is_open != self._open:
            log.info("gate opened" if is_open else "gate closed")
        self._open = is_open
        metrics.gate_open.set(is_open)
