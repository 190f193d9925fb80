"""The queue port: what a service may ask of a queue, and the message it gets back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.outage import Outage


class QueueError(Exception):
    """The queue could not be reached or refused a request; the text names the queue and the reason."""


class QueueAway(QueueError, Outage):
    """The queue gives no answer, or too many ask it."""


class QueueMissing(QueueError):
    """There is no queue of this name."""


@dataclass(frozen=True, slots=True)
class Message:
    """One received message. It is ours until deleted, given back, or its visibility timeout ends."""

    id: str
    body: str
    receipt: str  # names this receipt of the message, not the message
    receives: int  # how often it was received, this time included
    sent_at: float  # seconds since the epoch
    trace: str | None = None  # the W3C traceparent it came with
    group: str | None = None  # that it shares the queue with


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages a queue holds; the service counts approximately."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.visible + self.in_flight + self.delayed


class Queue(Protocol):
    """All that a service asks of a queue; every call raises `QueueError` when it fails as a whole."""

    name: str

    async def receive(self, limit: int) -> list[Message]:
        """Wait for up to `limit` (at most ten) messages; an empty list when none came in time."""
        ...

    async def delete(self, messages: Sequence[Message]) -> list[Message]:
        """Delete messages; returns those that were not deleted."""
        ...

    async def set_visibility(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        """Hide messages for so many seconds from now (0 gives them back); returns those not changed."""
        ...

    async def send(
        self, bodies: Sequence[str], group: str | None = None, traces: Sequence[str | None] = ()
    ) -> None:
        """Send messages; those of one group share the queue fairly with other groups'.

        `traces` are the traceparents they belong to, one for each; by default that of the work in hand.
        """
        ...

    async def depth(self) -> Depth:
        """How many messages the queue holds, approximately."""
        ...
