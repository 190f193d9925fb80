"""Watches what waits: the depth of every queue, and how old and how late the work in the ledger is.

Every controller exports it, a standby too: without a leader one wants to see the queues more than ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from shared.messaging.queue import Queue, QueueError
from shared.telemetry import metrics
from shared.videos.ledger import ACTIVE, LedgerError, Video, Videos

log = logging.getLogger(__name__)

Opener = Callable[[str], Awaitable[Queue]]


class BacklogWatch:
    """Looks every `seconds` and sets gauges. What cannot be read is told and left as it was."""

    def __init__(
        self,
        queues: Sequence[str],
        open_queue: Opener,
        videos: Videos,
        seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._names = queues
        self._open_queue = open_queue
        self._videos = videos
        self._seconds = seconds
        self._clock = clock
        self._opened: dict[str, Queue] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the present look."""
        self._stopping.set()

    async def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.is_set():
            await self._look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._seconds)

    async def _look(self) -> None:
        for name in self._names:
            try:
                await self._measure(name)
            except QueueError as error:
                metrics.queue_errors.labels(name).inc()
                log.warning("queue not measured", extra={"queue": name, "error": str(error)})
        try:
            _show(await self._videos.in_states(ACTIVE), self._clock())
        except LedgerError as error:
            log.warning("ledger not readable", extra={"error": str(error)})

    async def _measure(self, name: str) -> None:
        # Opened when first needed: a queue that is missing must not keep the controller from its model.
        if name not in self._opened:
            self._opened[name] = await self._open_queue(name)
        depth = await self._opened[name].depth()
        metrics.queue_messages.labels(name, "visible").set(depth.visible)
        metrics.queue_messages.labels(name, "in_flight").set(depth.in_flight)
        metrics.queue_messages.labels(name, "delayed").set(depth.delayed)


def _show(videos: Sequence[Video], now: float) -> None:
    states = Counter(video.state for video in videos)
    for state in ACTIVE:
        metrics.videos.labels(state).set(states[state])
    metrics.oldest_video.set(max((now - video.created_at for video in videos), default=0.0))
    metrics.deadline_slack.set(min((video.deadline_at - now for video in videos), default=math.inf))
