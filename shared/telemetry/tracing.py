"""Tracing: the life of one frame, from its upload to its counted result, as one trace. Off unless asked for.

A trace goes from service to service as the W3C `traceparent` beside a message's body; messages without one
begin a trace where they are handled. Nothing of OpenTelemetry is imported while tracing is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Protocol

Facts = Mapping[str, str | int | float]
Traces = Sequence[str | None]  # a traceparent for each message; none at all means the current one for all

_NOWHERE = nullcontext()


class Tracer(Protocol):
    """What services tell of their work; a span lasts as long as the block."""

    def beginning(self, name: str, facts: Sequence[Facts]) -> AbstractContextManager[Traces]:
        """A new trace for each of several things done side by side; yields their traceparents."""
        ...

    def sending(self, queue: str, count: int, traces: Traces) -> AbstractContextManager[Traces]:
        """So many messages are sent; yields what is to be sent along with each, if anything."""
        ...

    def handling(
        self, queue: str, message_id: str, traceparent: str | None, facts: Facts
    ) -> AbstractContextManager[None]:
        """A message is handled that came with this traceparent; what is told inside belongs to its trace."""
        ...

    def step(self, name: str, facts: Facts) -> AbstractContextManager[None]:
        """A part of what is being handled."""
        ...

    def note(self, event: str, reason: str = "", *, failed: bool = False) -> None:
        """Something happened to what is being handled; perhaps it failed by it."""
        ...


class NoTracer:
    """Tells nobody; a trace that came with a message goes on with it."""

    def beginning(self, name: str, facts: Sequence[Facts]) -> AbstractContextManager[Traces]:
        return nullcontext(())

    def sending(self, queue: str, count: int, traces: Traces) -> AbstractContextManager[Traces]:
        return nullcontext(traces)

    def handling(
        self, queue: str, message_id: str, traceparent: str | None, facts: Facts
    ) -> AbstractContextManager[None]:
        return _NOWHERE

    def step(self, name: str, facts: Facts) -> AbstractContextManager[None]:
        return _NOWHERE

    def note(self, event: str, reason: str = "", *, failed: bool = False) -> None:
        pass


def each(traces: Traces, count: int) -> Traces:
    """One for each of so many messages."""
    return traces or (None,) * count


_current: ContextVar[Tracer] = ContextVar("tracer", default=NoTracer())  # noqa: B039 - it has no state


def tracer() -> Tracer:
    """Whom to tell."""
    return _current.get()


@contextmanager
def using(tracer: Tracer) -> Iterator[None]:
    """Tell this one inside the block, in this task and those it starts."""
    token = _current.set(tracer)
    try:
        yield
    finally:
        _current.reset(token)
