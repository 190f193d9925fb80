"""The fake queue: a standard SQS queue in memory, on the event loop's clock."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.messaging.queue import Depth, Message, QueueError
from shared.telemetry.tracing import Traces, each, tracer
from tests.fakes.faults import Faults

BATCH = 10  # messages per receive
LONGEST_INVISIBLE = 12 * 3600  # seconds from receipt, SQS's limit


@dataclass(slots=True)
class Stored:
    """A message in the queue; only its latest receipt is good."""

    id: str
    body: str
    group: str | None
    trace: str | None
    sent_at: float  # seconds since the epoch
    visible_at: float = 0.0  # on the loop's clock
    received_at: float = 0.0
    receives: int = 0
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """One call of `set_visibility`."""

    at: float
    ids: tuple[str, ...]
    seconds: int


class FakeQueue:
    """Keeps SQS's rules: visibility, receive counts, redrive to `dead`, stale receipts, long polls.

    Knobs: `faults`; `fail_entries["delete"] = 3` lets the next three entries of batches fail; `repeats()` is
    asked at each receipt whether the message stays visible and so comes twice; `shuffle` hands messages out
    in random order. What happened is in `sent`, `limits`, `renewals`, `deleted` and `faults.calls`.
    """

    def __init__(
        self,
        name: str = "frames",
        *,
        visibility: float = 60.0,
        wait: float = 5.0,
        dead: FakeQueue | None = None,
        max_receives: int = 10,
    ) -> None:
        self.name = name
        self.visibility = visibility
        self.wait = wait
        self.dead = dead
        self.max_receives = max_receives
        self.faults = Faults(QueueError)
        self.fail_entries: Counter[str] = Counter()
        self.repeats: Callable[[], bool] = lambda: False
        self.shuffle: random.Random | None = None
        self.sent: list[tuple[str, str | None]] = []  # body and group of all that was ever sent
        self.limits: list[int] = []  # of each receive
        self.renewals: list[Renewal] = []
        self.deleted: list[str] = []  # bodies
        self._stored: dict[str, Stored] = {}  # by id
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._polls: set[asyncio.Task[list[Message]]] = set()

    # --- the port

    async def receive(self, limit: int) -> list[Message]:
        self.limits.append(limit)
        if limit < 1:
            raise QueueError(f"queue {self.name}: cannot receive {limit} messages")
        # A caller that is cancelled does not cancel the poll: it goes on and takes messages for nobody.
        poll = asyncio.create_task(self._receive(min(limit, BATCH)), name=f"{self.name} poll")
        self._polls.add(poll)
        poll.add_done_callback(self._polls.discard)
        return await asyncio.shield(poll)

    async def delete(self, messages: Sequence[Message]) -> list[Message]:
        async with self.faults.around("delete"):
            failed = [message for message in messages if self._entry_fails("delete")]
            for message in messages:
                stored = self._stored.get(message.id)
                # SQS answers yes to a stale receipt, and leaves the message.
                if message not in failed and stored and stored.receipt == message.receipt:
                    self.deleted.append(self._stored.pop(message.id).body)
            self._tell()
        return failed

    async def set_visibility(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        async with self.faults.around("set_visibility"):
            self.renewals.append(Renewal(_now(), tuple(message.id for message in messages), seconds))
            failed = [
                message
                for message in messages
                if self._entry_fails("set_visibility") or not self._hide(message, seconds)
            ]
            self._tell()
        return failed

    async def send(self, bodies: Sequence[str], group: str | None = None, traces: Traces = ()) -> None:
        with tracer().sending(self.name, len(bodies), traces) as own:
            async with self.faults.around("send"):
                for body, trace in zip(bodies, each(own, len(bodies)), strict=True):
                    self.sent.append((body, group))
                    id_ = f"{self.name}-{next(self._numbers)}"
                    self._store(Stored(id_, body, group, trace, time.time()))

    async def depth(self) -> Depth:
        async with self.faults.around("depth"):
            visible = len(self._visible())
        return Depth(visible=visible, in_flight=len(self._stored) - visible, delayed=0)

    # --- for tests

    @property
    def bodies(self) -> list[str]:
        """The bodies of all messages that are not deleted, in flight or not."""
        return [stored.body for stored in self._stored.values()]

    @property
    def visible_bodies(self) -> list[str]:
        """The bodies that a receive would find now."""
        return [stored.body for stored in self._visible()]

    @property
    def polling(self) -> bool:
        """Whether a long poll is under way."""
        return bool(self._polls)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a change of the queue makes the condition true."""
        while not condition():
            await self._changed.wait()

    async def until_empty(self) -> None:
        """Wait until every message is deleted or among the dead letters."""
        await self.until(lambda: not self._stored)

    # --- inside

    async def _receive(self, limit: int) -> list[Message]:
        async with self.faults.around("receive"):
            pass
        deadline = _now() + self.wait
        while not (messages := self._hand_out(limit)) and _now() < deadline:
            await self._change_before(deadline)
        return messages

    async def _change_before(self, deadline: float) -> None:
        returns = [stored.visible_at for stored in self._stored.values() if stored.visible_at > _now()]
        try:
            async with asyncio.timeout_at(min([deadline, *returns])):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _hand_out(self, limit: int) -> list[Message]:
        visible = self._visible()
        if self.shuffle:
            self.shuffle.shuffle(visible)
        worn_out = [stored for stored in visible if self.dead and stored.receives >= self.max_receives]
        for stored in worn_out:
            self._redrive(stored)
        fresh = [stored for stored in visible if stored.id in self._stored]
        return [self._receipt(stored) for stored in fresh[:limit]]

    def _redrive(self, stored: Stored) -> None:
        assert self.dead is not None
        del self._stored[stored.id]
        self.dead._store(Stored(stored.id, stored.body, stored.group, stored.trace, stored.sent_at))
        self._tell()

    def _receipt(self, stored: Stored) -> Message:
        stored.receives += 1
        stored.receipt = f"{stored.id} receipt {stored.receives}"
        stored.received_at = _now()
        if not self.repeats():
            stored.visible_at = _now() + self.visibility
        return Message(
            stored.id,
            stored.body,
            stored.receipt,
            stored.receives,
            stored.sent_at,
            stored.trace,
            stored.group,
        )

    def _hide(self, message: Message, seconds: int) -> bool:
        stored = self._stored.get(message.id)
        stale = stored is None or stored.receipt != message.receipt or stored.visible_at <= _now()
        if stale or not stored or _now() + seconds > stored.received_at + LONGEST_INVISIBLE:
            return False
        stored.visible_at = _now() + seconds
        return True

    def _entry_fails(self, call: str) -> bool:
        self.fail_entries[call] -= 1
        return self.fail_entries[call] >= 0

    def _visible(self) -> list[Stored]:
        return [stored for stored in self._stored.values() if stored.visible_at <= _now()]

    def _store(self, stored: Stored) -> None:
        self._stored[stored.id] = stored
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _now() -> float:
    return asyncio.get_running_loop().time()
