"""Server-sent events: the parts of a page that have changed, as HTML, for as long as somebody watches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from services.dashboard.checks import SESSION

EVERY_SECONDS = 1.0
SILENCE_SECONDS = 15.0  # after which a comment shows proxies that we live

Parts = Mapping[str, str]  # HTML by the id of the element it belongs into
Streams = set[asyncio.Task[Any]]
STREAMS = web.AppKey("streams", Streams)


async def stream(request: web.Request, parts: Callable[[], Awaitable[Parts]]) -> web.StreamResponse:
    """Send all parts, then those that change, for as long as the session is good."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    task = asyncio.current_task()
    assert task
    request.app[STREAMS].add(task)
    try:
        await _send_changes(response, parts, request[SESSION].expires)
    except ConnectionError:
        pass  # the browser went away
    finally:
        request.app[STREAMS].discard(task)
    return response


async def _send_changes(
    response: web.StreamResponse, parts: Callable[[], Awaitable[Parts]], until: float
) -> None:
    sent: dict[str, str] = {}
    silent = 0.0
    while time.time() < until:
        now = await parts()
        changed = {name: html for name, html in now.items() if sent.get(name) != html}
        sent.update(changed)
        silent = 0.0 if changed else silent + EVERY_SECONDS
        if changed:
            await response.write(f"data: {json.dumps(changed)}\n\n".encode())
        elif silent >= SILENCE_SECONDS:
            silent = 0.0
            await response.write(b": still here\n\n")
        await asyncio.sleep(EVERY_SECONDS)


async def end_streams(app: web.Application) -> None:
    """At shutdown: a stream never ends by itself."""
    streams = [*app[STREAMS]]
    for task in streams:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*streams, return_exceptions=True)
