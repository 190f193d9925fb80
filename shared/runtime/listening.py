"""Serve an application on a port, and say which setting to change where that port is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

GRACE_SECONDS = 60.0  # for requests in hand at the end


class CannotListen(Exception):
    """The port is taken, or the address is not this machine's; the text names the setting."""


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, setting: str = "", grace: float = GRACE_SECONDS
) -> AsyncIterator[int]:
    """Serve for the time of the block; yields the port in use, a free one where `port` is 0.

    `setting` is the variable that names the port. Raises CannotListen.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace)
    await runner.setup()
    try:
        await _listen(runner, host, port, setting)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int, setting: str) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {host}:{port} ({error.strerror}): set {setting} to a free port"
        ) from error
