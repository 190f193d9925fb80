"""Carries out an action within the time that the lead allows, and remembers what Rekognition answered."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.controller.bookkeeping.memory import Memory, refused
from services.controller.deciding.actions import Start, Stop
from shared.models.rekognition import AlreadyInUse, Models, QuotaReached, RekognitionError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hands:
    """Starts and stops one model. What goes wrong is logged: the next look shows what became of it."""

    name: str
    models: Models
    clock: Callable[[], float] = time.time

    async def act(self, action: Start | Stop, memory: Memory, seconds: float) -> Memory:
        """Do it, or give up after so many seconds; returns the memory after it."""
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(action, memory)
        except AlreadyInUse as error:
            log.info("someone else acted first", extra={"model": self.name, "reason": str(error)})
        except QuotaReached as error:
            return self._refused(str(error), memory)
        except (RekognitionError, TimeoutError) as error:
            facts = {"model": self.name, "action": type(action).__name__, "error": str(error)}
            log.error("not done", extra=facts)
        return memory

    async def _ask(self, action: Start | Stop, memory: Memory) -> Memory:
        began = self.clock()
        if isinstance(action, Start):
            await self.models.start(action.units, action.most_units)
        else:
            await self.models.stop()
        # The meter counts from when AWS was likely to do it, and not from the tick.
        done_at = (began + self.clock()) / 2
        return replace(memory, asked_at=done_at, stopped_at=done_at if isinstance(action, Stop) else None)

    def _refused(self, sentence: str, memory: Memory) -> Memory:
        log.error(
            "AWS allows no such start: lower LOGOSTREAM_MOST_UNITS, stop another model, or ask AWS for more",
            extra={"model": self.name, "reason": sentence},
        )
        return refused(memory, self.clock(), sentence)
