"""A dashboard on fakes, in a thread with an event loop of its own, so that a browser may look at it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.unit.dashboard.desk import Desk

Result = TypeVar("Result")


class DeskServer:
    """A context: the dashboard is served inside it, at `url`. The desk may still have to be made."""

    def __init__(self, desk: Desk | Coroutine[Any, Any, Desk], settings: dict[str, Any]) -> None:
        self._made = desk
        self.desk = Desk()
        self.url = ""
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="dashboard on fakes", daemon=True)

    def __enter__(self) -> DeskServer:
        self._thread.start()
        assert self._ready.wait(60), "the dashboard did not come up within a minute"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something beside the dashboard, such as a change of what lies behind it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        self.desk = self._made if isinstance(self._made, Desk) else await self._made
        async with self.desk.browser(**self._settings) as browser:
            self.url = str(browser.session._base_url)
            self._ready.set()
            await self._over.wait()
