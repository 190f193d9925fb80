"""Leases: which messages are ours, and that they stay so for as long as we hold them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable

from shared.messaging import queue_trouble
from shared.messaging.queue import Message, Queue, QueueAway, QueueError
from shared.telemetry import metrics

log = logging.getLogger(__name__)

ERROR_PAUSE = 1.0  # seconds before a failed renewal is tried again


class Leases:
    """Holds messages of `queue` for `visibility` seconds at a time, renewed `every` so many by `renew`."""

    def __init__(self, queue: Queue, visibility: float, every: float) -> None:
        self._queue = queue
        self._visibility = visibility
        self._every = every
        self._ours: dict[str, Message] = {}  # by receipt
        self._going: set[str] = set()  # receipts of those that are being given back
        self._between_renewals = asyncio.Event()
        self._between_renewals.set()

    def take(self, messages: list[Message]) -> None:
        """These have just been received."""
        metrics.received.labels(self._queue.name).inc(len(messages))
        for message in messages:
            self._ours[message.receipt] = message
            metrics.waited.labels(self._queue.name).observe(max(0.0, time.time() - message.sent_at))
        self._show()

    def forget(self, messages: Iterable[Message]) -> None:
        """These are no longer ours."""
        for message in messages:
            self._ours.pop(message.receipt, None)
        self._show()

    async def give_back(self, messages: list[Message], seconds: int = 0) -> None:
        """Let the queue hand them out again after so many seconds."""
        if not messages:
            return
        receipts = {message.receipt for message in messages}
        self._going |= receipts  # no renewal that begins from now on may hide them again
        try:
            await self._between_renewals.wait()  # nor may one that is under way
            await self._queue.set_visibility(messages, seconds)
        except QueueError as error:
            queue_trouble.tell("give back failed", self._queue, error)  # they return when their lease ends
        finally:
            self._going -= receipts
        self.forget(messages)

    async def give_back_all(self) -> None:
        """Give back whatever is left."""
        await self.give_back(list(self._ours.values()))

    async def renew(self) -> None:
        """Renew all that is ours, for ever; to be cancelled by its owner once nothing is."""
        pause = self._every
        while True:
            await asyncio.sleep(pause)
            pause = self._every if await self._renew() else ERROR_PAUSE

    async def _renew(self) -> bool:
        staying = [message for message in self._ours.values() if message.receipt not in self._going]
        self._between_renewals.clear()
        try:
            async with asyncio.timeout(self._every / 2):  # one that hangs must leave time for another
                lost = await self._queue.set_visibility(staying, round(self._visibility))
        except TimeoutError:
            unanswered = QueueAway(f"queue {self._queue.name}: no answer in time")
            queue_trouble.tell("renewal failed", self._queue, unanswered)
            return False
        except QueueError as error:
            queue_trouble.tell("renewal failed", self._queue, error)
            return False
        finally:
            self._between_renewals.set()
        # Not fought: handlers are idempotent, and whoever has the message now will finish it.
        for message in (message for message in lost if message.receipt in self._ours):
            metrics.leases_lost.labels(self._queue.name).inc()
            log.warning("lease lost", extra={"message_id": message.id})
        return True

    def _show(self) -> None:
        metrics.in_hand.labels(self._queue.name).set(len(self._ours))
