"""The time a child may take: it runs while we wait for the child, and not while the child waits for us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Allowance:
    """So many seconds, on the event loop's clock, over the whole of a visit."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._alarm: asyncio.Timeout | None = None
        self._runs_since: float | None = None
        self._stopped = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The time of the block counts; raises TimeoutError in it when none is left."""
        async with asyncio.timeout(None) as self._alarm:
            self._run()
            try:
                yield
            finally:
                self._halt()
                self._alarm = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The time of the block does not count."""
        self._halt()
        self._stopped = True
        try:
            yield
        finally:
            self._stopped = False
            self._run()

    def _run(self) -> None:
        if self._alarm and not self._alarm.expired() and not self._stopped:
            self._runs_since = asyncio.get_running_loop().time()
            self._alarm.reschedule(self._runs_since + self._left)

    def _halt(self) -> None:
        if self._runs_since is not None:
            self._left -= asyncio.get_running_loop().time() - self._runs_since
            self._runs_since = None
        if self._alarm and not self._alarm.expired():
            self._alarm.reschedule(None)
