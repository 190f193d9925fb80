"""One model at one moment: the hand at its switch, and what it costs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from shared.costs.prices import running_cost
from shared.costs.usage import day_key, day_of, day_use
from shared.models.control import ModelBoard, Pause


@dataclass(frozen=True, slots=True)
class ModelLook:
    """What its controller does not report of a model. Dollars are those since midnight (UTC)."""

    name: str
    detector: str
    pause: Pause | None = None
    spent_today: float = 0.0


async def look_at(board: ModelBoard, name: str, detector: str, now: float) -> ModelLook:
    """Look at one model; raises `LedgerError`."""
    pause, today = await asyncio.gather(board.pause(name), board.record(day_key(name, day_of(now))))
    return ModelLook(name, detector, pause, running_cost(day_use(today).running))
