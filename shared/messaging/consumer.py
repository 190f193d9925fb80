"""The consumer: takes messages from a queue, handles them side by side, and keeps SQS's promises.

A message is *ours* from receipt until it is deleted or given back, and whatever is ours is renewed
(leases.py). Work is never received without a free slot, so nothing ages unseen. Stopping goes from front to
back: the poll, the handlers, the deletes, the leftovers, and the heartbeat last.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from shared.config.settings import Settings
from shared.messaging import queue_trouble
from shared.messaging.deletes import Deletes
from shared.messaging.endings import Reject, Retry
from shared.messaging.leases import Leases
from shared.messaging.patience import through_outages
from shared.messaging.queue import Message, Queue, QueueError
from shared.telemetry import metrics
from shared.telemetry.tracing import tracer

log = logging.getLogger(__name__)

Handler = Callable[[Message], Awaitable[None]]
GiveUp = Callable[[Message, str], Awaitable[None]]

BATCH = 10  # messages per receive
ERROR_PAUSE = 1.0  # seconds, first pause after a queue error; doubles up to the limit
LONGEST_ERROR_PAUSE = 30.0
FLUSH_SECONDS = 5.0  # how long a stop waits for the last deletes


async def always_ready() -> None:
    """The gate of a service that needs nothing but its queue."""


@dataclass(frozen=True, slots=True)
class ConsumerOptions:
    """How a consumer works; all times in seconds."""

    concurrency: int = 10
    visibility: float = 60.0  # the queue's own timeout, and how far each renewal reaches
    handler_timeout: float = 900.0  # without a limit the heartbeat would keep a hung message for ever
    drain: float = 20.0  # how long handlers may go on after a stop
    max_receives: int = 8  # below the queue's maxReceiveCount, so that giving up is told, not silent
    backoff: float = 2.0  # base of the pause after an unforeseen error: backoff ** receives
    longest_backoff: float = 300.0

    @property
    def heartbeat(self) -> float:
        """A third of visibility: the rest is time to try a failed renewal again before a message is lost."""
        return self.visibility / 3


def options_for(settings: Settings, concurrency: int) -> ConsumerOptions:
    """The options of a service's consumer, from its settings."""
    return ConsumerOptions(concurrency, settings.visibility_seconds, drain=settings.drain_seconds)


class Consumer:
    """Runs `handler` on the messages of `queue` until `stop`, giving dead letters to `dead`.

    The handler's ending decides: return -> deleted; `Retry` -> visible again after its delay; `Reject` ->
    `give_up` is told, then the dead letters get it; an outage -> tried again in hand (patience.py); any other
    error -> back-off; cut off by the stop -> visible at once. `ready` is awaited before each poll, so that
    waiting for it costs no receive count; `at_once` says, at any time, how many messages to handle side by
    side: at least one, and never more than the options' concurrency.
    """

    def __init__(
        self,
        queue: Queue,
        handler: Handler,
        options: ConsumerOptions,
        *,
        dead: Queue,
        ready: Callable[[], Awaitable[None]] = always_ready,
        at_once: Callable[[], int] | None = None,
        give_up: GiveUp | None = None,
    ) -> None:
        self._queue = queue
        self._handler = handler
        self._options = options
        self._dead = dead
        self._ready = ready
        self._at_once = at_once
        self._give_up = give_up
        self._stop = asyncio.Event()
        self._handlers: set[asyncio.Task[None]] = set()
        self._leases = Leases(queue, options.visibility, options.heartbeat)
        self._deletes = Deletes(queue, self._leases.forget)
        metrics.show_from_zero(queue.name)

    def stop(self) -> None:
        """Begin the drain; `run` returns when it is done. May be called at any time, also twice."""
        self._stop.set()

    async def run(self) -> None:
        """Consume until stopped; on return nothing is held. A bug in the consumer itself ends it."""
        async with asyncio.TaskGroup() as side:
            heartbeat = side.create_task(self._leases.renew(), name=f"{self._queue.name} heartbeat")
            deleter = side.create_task(self._deletes.run(), name=f"{self._queue.name} deleter")
            await self._poll(side)
            await self._drain()
            await self._deletes.flush(FLUSH_SECONDS)
            deleter.cancel()
            await self._leases.give_back_all()
            heartbeat.cancel()

    # --- receiving

    async def _poll(self, side: asyncio.TaskGroup) -> None:
        pause = ERROR_PAUSE
        while await self._before_stop(self._slot_and_gate()):
            try:
                # Never cancelled: SQS would hand messages to a request that nobody reads.
                messages = await self._queue.receive(max(1, min(BATCH, self._free_slots())))
            except QueueError as error:
                queue_trouble.tell("receive failed", self._queue, error)
                await self._before_stop(asyncio.sleep(pause))
                pause = min(2 * pause, LONGEST_ERROR_PAUSE)
                continue
            pause = ERROR_PAUSE
            await self._take(messages, side)

    async def _take(self, messages: list[Message], side: asyncio.TaskGroup) -> None:
        self._leases.take(messages)
        metrics.slots.labels(self._queue.name).set(self._slots())
        if self._stop.is_set():
            await self._leases.give_back(messages)
            return
        for message in messages:
            task = side.create_task(self._handle(message), name=f"handle {message.id}")
            self._handlers.add(task)
            task.add_done_callback(self._handlers.discard)

    async def _slot_and_gate(self) -> None:
        while self._free_slots() <= 0:
            await asyncio.wait(self._handlers, return_when=asyncio.FIRST_COMPLETED)
        await self._ready()

    def _free_slots(self) -> int:
        return self._slots() - len(self._handlers)

    def _slots(self) -> int:
        most = self._options.concurrency
        return min(most, self._at_once()) if self._at_once else most

    async def _before_stop(self, step: Awaitable[None]) -> bool:
        """Await `step`, but drop it at `stop`; True when it came to its end and no stop was asked."""
        waiting = asyncio.ensure_future(step)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((waiting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
            return not self._stop.is_set()
        finally:
            for task in (waiting, stopping):
                task.cancel()
            await asyncio.gather(waiting, stopping, return_exceptions=True)

    # --- handling

    async def _handle(self, message: Message) -> None:
        started = time.monotonic()
        facts = {"receives": message.receives}
        with tracer().handling(self._queue.name, message.id, message.trace, facts):
            outcome = await self._attempt(message)
        metrics.handling.labels(self._queue.name).observe(time.monotonic() - started)
        metrics.handled.labels(self._queue.name, outcome).inc()

    async def _attempt(self, message: Message) -> str:
        try:
            if message.receives > self._options.max_receives:
                # Checked before the handler runs: a message that kills the process must end too.
                raise Reject(f"gave up after {message.receives - 1} attempts")
            await through_outages(partial(self._call_handler, message))
        except Retry as retry:
            log.info("retry", extra={"message_id": message.id, "reason": str(retry), "delay": retry.delay})
            tracer().note("retried", str(retry))
            return await self._again(message, retry.delay)
        except Reject as reject:
            return await self._bury(message, str(reject))
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
            return "cut off"  # still ours: given back with the leftovers
        except Exception as error:
            log.exception("handler failed", extra={"message_id": message.id, "receives": message.receives})
            tracer().note("failed", str(error), failed=True)
            return await self._again(message, self._backoff(message.receives))
        self._deletes.add(message)
        return "done"

    async def _call_handler(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._options.handler_timeout):
                await self._handler(message)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            # Nobody cut us off. Taken for an ending, it would leave the message ours, and renewed, for ever.
            raise RuntimeError("a cancellation of the handler's own escaped it") from error

    def _backoff(self, receives: int) -> float:
        longest = min(self._options.backoff**receives, self._options.longest_backoff)
        return random.uniform(longest / 2, longest)

    async def _again(self, message: Message, delay: float) -> str:
        await self._leases.give_back([message], round(delay))
        return "retried"

    async def _bury(self, message: Message, reason: str) -> str:
        log.warning("rejected", extra={"message_id": message.id, "reason": reason})
        tracer().note("rejected", reason, failed=True)
        try:
            await through_outages(partial(self._tell_and_send, message, reason))
        except Exception:
            log.exception("could not bury", extra={"message_id": message.id})
            return await self._again(message, self._backoff(message.receives))
        self._deletes.add(message)
        return "rejected"

    async def _tell_and_send(self, message: Message, reason: str) -> None:
        if self._give_up:
            await self._give_up(message, reason)
        await self._dead.send([message.body], message.group, [message.trace])

    # --- stopping

    async def _drain(self) -> None:
        if not self._handlers:
            return
        _, unfinished = await asyncio.wait(self._handlers, timeout=self._options.drain)
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)
