"""Patience: what meets an outage stays in hand, and is tried again there.

Given back, a message would spend one of its receives each time, and be given up within minutes with nothing
wrong with it. And while it is held, nothing is received in its place that could only meet the same outage.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from shared.outage import is_outage

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two tries; they double, with full jitter
LONGEST_OUTAGE = 3600.0  # seconds; what fails for longer may yet be the message's own fault


async def through_outages(work: Callable[[], Awaitable[None]]) -> None:
    """Do this work, again and again while it meets outages; raises whatever else becomes of it."""
    until = asyncio.get_running_loop().time() + LONGEST_OUTAGE
    pause = FIRST_PAUSE
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error) or asyncio.get_running_loop().time() > until:
                raise
            log.warning("waiting out an outage", extra={"error": _told(error)})
        await asyncio.sleep(random.uniform(0, pause))
        pause = min(2 * pause, LONGEST_PAUSE)


def _told(error: BaseException) -> str:
    return _told(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else str(error)
