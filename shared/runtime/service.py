"""The life of a service's process: settings, logs, health and metrics pages, signals, exit codes.

Exit codes: 0 drained after a signal, 1 crashed, 3 bad settings.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from platform import python_version
from typing import Protocol, TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.config.settings import BadSettings, Settings, load
from shared.runtime.listening import CannotListen, listening
from shared.runtime.tasks import beside
from shared.runtime.tracers import tracer_for
from shared.telemetry import logs, metrics
from shared.telemetry.tracing import using
from shared.version import VERSION

log = logging.getLogger(__name__)

DRAINED, CRASHED, BAD_SETTINGS = 0, 1, 3
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Worker(Protocol):
    """What a service runs: a consumer, or a loop of its own."""

    async def run(self) -> None:
        """Work until stopped, then drain and return."""
        ...

    def stop(self) -> None:
        """Begin the drain."""
        ...


class Life:
    """What a service knows of its own process: whether to stop, and whether it is ready."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.stopping = asyncio.Event()
        self.unready: str | None = "starting"  # the reason in words, or None when ready
        self.role = "ready"  # what it does when ready, in words

    def tell(self, unready: str | None) -> None:
        """Say why the service is not ready, or that it is."""
        self.unready = unready
        metrics.ready.labels(self._name).set(unready is None)

    def say(self, role: str) -> None:
        """Say what the service does while it is ready."""
        self.role = role

    async def run(self, *workers: Worker) -> None:
        """Run workers side by side until the process is told to stop; one that fails ends them all."""
        self.tell(None)
        watch = beside(self._stop_when_told(workers), "stop watch")
        async with watch, asyncio.TaskGroup() as running:
            for worker in workers:
                running.create_task(worker.run(), name=type(worker).__name__)

    async def _stop_when_told(self, workers: Sequence[Worker]) -> None:
        await self.stopping.wait()
        log.info("draining")
        self.tell("draining")
        for worker in workers:
            worker.stop()


AnySettings = TypeVar("AnySettings", bound=Settings)
Main = Callable[[AnySettings, Life], Awaitable[None]]


def run(name: str, kind: type[AnySettings], main: Main[AnySettings]) -> None:
    """Run a service to its end and exit the process with the code that says how it ended."""
    try:
        settings = load(kind)
        tracer = tracer_for(name, settings)
    except BadSettings as error:
        sys.stderr.write("".join(f"{sentence}\n" for sentence in error.sentences))
        sys.exit(BAD_SETTINGS)
    logs.configure(name, settings.log_level)
    try:
        with using(tracer):
            asyncio.run(_live(name, settings, main))
    except CannotListen as error:
        log.error("cannot start", extra={"reason": str(error)})
        sys.exit(CRASHED)
    except Exception:
        log.exception("crashed")
        sys.exit(CRASHED)
    log.info("drained")


async def _live(name: str, settings: AnySettings, main: Main[AnySettings]) -> None:
    life = Life(name)
    metrics.build_info.labels(name, VERSION, settings.revision, python_version()).set(1)
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, _told, life, loop)
    async with pages(life, settings.http_host, settings.http_port) as port:
        told = settings.model_dump(mode="json", exclude_defaults=True)
        log.info("started", extra={"http_port": port, "settings": told})
        await main(settings, life)


def _told(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    life.stopping.set()
    for number in STOP_SIGNALS:
        loop.remove_signal_handler(number)  # a second signal kills


@asynccontextmanager
async def pages(life: Life, host: str, port: int) -> AsyncIterator[int]:
    """Serve /healthz, /readyz and /metrics; yields the port in use."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(text=f"{life.unready or life.role}\n", status=503 if life.unready else 200)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    async with listening(app, host, port, setting="LOGOSTREAM_HTTP_PORT") as taken:
        yield taken
