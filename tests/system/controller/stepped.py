"""Runs a service as a process that lives in the time of a test.

    python -m tests.system.controller.stepped HOST:PORT MODULE

While a call to AWS is under way its time stands still, however slow the machine is. When it waits for nothing
but a timer, it asks the clock at HOST:PORT to let time pass until then, and goes on when it has.
A day passes as fast as its calls can be made, and is the same day each time.
"""

from __future__ import annotations

import asyncio
import json
import runpy
import selectors
import sys
import time
from http.client import HTTPConnection
from typing import Any

from aiobotocore.client import AioBaseClient

Events = list[tuple[selectors.SelectorKey, int]]

ANSWERED_WITHIN = 60.0  # real seconds
RESOLUTION = 1e-3  # seconds by which a timer may be early
PATIENCE = 5.0  # real seconds for a call to move on; then it waits for a timer itself, as before a retry


class SteppedTime:
    """The time of day, in seconds since the epoch, and the calls that hold it."""

    def __init__(self, clock: str) -> None:
        self._clock = HTTPConnection(clock, timeout=ANSWERED_WITHIN)
        self.calls = 0  # under way
        self.now = 0.0
        self.turn(0.0)

    def turn(self, to: float) -> None:
        """Let time pass, at least until then."""
        self._clock.request("POST", "/", json.dumps({"to": to}))
        self.now = json.load(self._clock.getresponse())["now"]

    def hold_for_calls(self) -> None:
        """Count the calls of every client of AWS."""
        call: Any = AioBaseClient._make_api_call  # type: ignore[attr-defined]

        async def counted(client: AioBaseClient, *words: Any) -> Any:
            self.calls += 1
            try:
                return await call(client, *words)
            finally:
                self.calls -= 1

        AioBaseClient._make_api_call = counted  # type: ignore[attr-defined]


class SteppedLoop(asyncio.SelectorEventLoop):
    """An event loop in that time."""

    def __init__(self, time: SteppedTime) -> None:
        self._stepped = time
        super().__init__(_SteppedSelector(time))
        self._clock_resolution = RESOLUTION  # floats that count from 1970 cannot be turned to a timer exactly

    def time(self) -> float:
        return self._stepped.now


class _SteppedSelector(selectors.DefaultSelector):
    """Turns the clock instead of sleeping."""

    def __init__(self, time: SteppedTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> Events:
        if timeout is None:
            return super().select()
        events = super().select(PATIENCE if self._time.calls and timeout > 0 else 0)
        if events or timeout <= 0:
            return events
        self._time.turn(self._time.now + timeout)
        return super().select(0)


def main() -> None:
    clock, module = sys.argv[1:]
    stepped = SteppedTime(clock)
    stepped.hold_for_calls()
    # Before the service is imported: it takes the clock as the default of an argument.
    time.time = lambda: stepped.now
    asyncio.events.new_event_loop = lambda: SteppedLoop(stepped)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
