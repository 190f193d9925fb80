"""Faults: what goes wrong with the calls of a fake, set by tests through public knobs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


class Crash(BaseException):
    """The process died here. Not an `Exception`, so that nothing under test can survive it."""


def never(moment: str, call: str) -> bool:
    """The plan of a process that does not crash."""
    return False


@dataclass(slots=True)
class Faults:
    """The knobs of one fake; calls are named as the port's methods, `faults.refuse["receive"] = 2`."""

    error: type[Exception]  # what a failing call raises
    latency: float = 0.0  # seconds of the loop's time before a call takes effect
    refuse: Counter[str] = field(default_factory=Counter)  # how many of the next calls fail without effect
    lose_reply: Counter[str] = field(default_factory=Counter)  # … have their effect, but fail for the caller
    crash: Callable[[str, str], bool] = never  # whether to die, asked with "before" or "after" and the call
    calls: list[str] = field(default_factory=list)  # all calls so far, in order

    @asynccontextmanager
    async def around(self, call: str) -> AsyncIterator[None]:
        """Surround the effect of a call, which must not await: what the fake does is atomic."""
        self.calls.append(call)
        self._die("before", call)
        await asyncio.sleep(self.latency)
        self._fail(self.refuse, call)
        yield
        self._die("after", call)
        self._fail(self.lose_reply, call)

    def _die(self, moment: str, call: str) -> None:
        if self.crash(moment, call):
            raise Crash(f"{moment} {call}")

    def _fail(self, budget: Counter[str], call: str) -> None:
        if budget[call] > 0:
            budget[call] -= 1
            raise self.error(f"{call} failed, as the test asked")
