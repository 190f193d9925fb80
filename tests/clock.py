"""The jumping clock: an event loop on which waiting takes no time.

Where an ordinary loop sleeps until its next timer, this one moves its clock there, so that twenty simulated
minutes pass in milliseconds and in the same order each time. While a thread works, the clock runs as usual.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

Result = TypeVar("Result")

_PATIENCE = 5.0  # real seconds for something outside to wake a loop that has no timer left


class Deadlock(Exception):
    """Every task waits, no timer is set, and nothing came from outside."""


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time starts at 0 and jumps from timer to timer."""

    def __init__(self) -> None:
        self.now = 0.0  # seconds
        self.threads = 0  # calls at work in an executor
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Result], *args: Any
    ) -> asyncio.Future[Result]:
        self.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_ended)
        return future

    def _thread_ended(self, _: asyncio.Future[Any]) -> None:
        self.threads -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Adds the timeout to the loop's time instead of sleeping it."""

    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._loop.threads:
            return self._wait(timeout)
        if timeout is None:
            return self._wait(_PATIENCE) or self._give_up()
        events = super().select(0)
        if not events:
            self._loop.now += max(0.0, timeout)
        return events

    def _wait(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        started = time.monotonic()
        events = super().select(timeout)
        self._loop.now += time.monotonic() - started
        return events

    def _give_up(self) -> list[tuple[selectors.SelectorKey, int]]:
        tasks = ", ".join(sorted(task.get_name() for task in asyncio.all_tasks(self._loop)))
        raise Deadlock(f"nothing can wake these tasks: {tasks}")
