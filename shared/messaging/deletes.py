"""Batched deletes: finished messages are deleted together, and tried again until the queue confirms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from shared.messaging import queue_trouble
from shared.messaging.queue import Message, Queue, QueueError

log = logging.getLogger(__name__)

BATCH = 10  # messages per delete
WITHIN = 0.1  # seconds a finished message waits for others to be deleted with
ERROR_PAUSE = 1.0  # seconds before what was not deleted is tried again


class Deletes:
    """Deletes what is added to it; `confirmed` is told which messages are gone."""

    def __init__(self, queue: Queue, confirmed: Callable[[Iterable[Message]], None]) -> None:
        self._queue = queue
        self._confirmed = confirmed
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()

    def add(self, message: Message) -> None:
        self._waiting.put_nowait(message)

    async def run(self) -> None:
        """Delete for ever; to be cancelled by its owner once `flush` has returned."""
        while True:
            batch = await self._next_batch()
            failed = await self._try_delete(batch)
            self._confirmed(message for message in batch if message not in failed)
            if failed:
                await asyncio.sleep(ERROR_PAUSE)
            for message in failed:
                self._waiting.put_nowait(message)
            for _ in batch:
                self._waiting.task_done()

    async def flush(self, seconds: float) -> None:
        """Wait until all that was added is gone, at most so long."""
        try:
            await asyncio.wait_for(self._waiting.join(), seconds)
        except TimeoutError:
            log.warning("deletes not confirmed", extra={"queue": self._queue.name})

    async def _next_batch(self) -> list[Message]:
        batch = [await self._waiting.get()]
        try:
            async with asyncio.timeout(WITHIN):
                while len(batch) < BATCH:
                    batch.append(await self._waiting.get())
        except TimeoutError:
            pass
        return batch

    async def _try_delete(self, batch: list[Message]) -> list[Message]:
        try:
            return await self._queue.delete(batch)
        except QueueError as error:
            queue_trouble.tell("delete failed", self._queue, error)
            return batch
