"""Waits for this replica's turn to call Rekognition, and learns from how the calls end."""

from __future__ import annotations

import asyncio

from services.detector import rate
from services.detector.rate import Rate
from shared import metrics


class Pace:
    """The limiter of one replica, on the event loop's clock."""

    def __init__(self, initial: float, highest: float) -> None:
        self._rate = Rate(limit=min(initial, highest), highest=highest)

    async def turn(self) -> None:
        """Wait until the next call may start."""
        now = asyncio.get_running_loop().time()
        self._rate, slot = rate.reserve(self._rate, now)
        await asyncio.sleep(slot - now)

    def succeeded(self) -> None:
        self._set(rate.succeeded(self._rate))

    def throttled(self) -> None:
        self._set(rate.throttled(self._rate, asyncio.get_running_loop().time()))

    def _set(self, learnt: Rate) -> None:
        self._rate = learnt
        metrics.detect_rate.set(learnt.limit)
