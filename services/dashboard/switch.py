"""The model's switch: what a hand does to it, the controller obeys."""

from __future__ import annotations

import contextlib
import time

from shared.models.control import ModelBoard, Pause
from shared.models.rekognition import AlreadyInUse, Models


class HandSwitch:
    """Starts and stops one model, and tells the controller; raises `LedgerError` and `RekognitionError`."""

    def __init__(self, models: Models, board: ModelBoard, model: str) -> None:
        self._models = models
        self._board = board
        self._model = model

    async def start(self, units: int) -> None:
        """Take the hand from the switch and start now; the controller stops it when it has no work."""
        await self._board.set_pause(self._model, None)
        await self._models.start(units)

    async def stop(self) -> None:
        """Stop now and keep it stopped until the next start by hand."""
        # Rekognition first: nothing of ours may stand between this and the end of the bill.
        with contextlib.suppress(AlreadyInUse):  # it does not run; it is not to be started either
            await self._models.stop()
        await self._board.set_pause(self._model, Pause("stopped by hand", time.time()))
