"""Child processes of the local stack: started with a log file each, watched, and all ended with us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from services.cli.running import Failure

READY_SECONDS = 60.0
READY_POLL = 0.1
STOP_SECONDS = 25.0  # services drain within twenty


@dataclass(frozen=True, slots=True)
class Child:
    """One started process and where its output goes."""

    name: str
    process: asyncio.subprocess.Process
    log: Path


def free_port() -> int:
    """A TCP port of the loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stack:
    """An async context: whatever was started inside is stopped at its end, last started first."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.children: list[Child] = []

    async def __aenter__(self) -> Stack:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._stop()
        finally:
            for child in self.children:
                _signal(child, signal.SIGKILL)  # those that did not listen, or a second Ctrl-C

    async def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start a process; its output goes to `<logs>/<name>.log`."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is for us: we stop them in order
            )
        child = Child(name, process, log)
        self.children.append(child)
        return child

    async def start_service(self, name: str, module: str, environment: Mapping[str, str]) -> Child:
        """Start `python -m services.<module>` with its pages on a free port, and wait until it is ready."""
        port = free_port()
        pages = {"LOGOSTREAM_HTTP_HOST": "127.0.0.1", "LOGOSTREAM_HTTP_PORT": str(port)}
        command = [sys.executable, "-m", f"services.{module}"]
        child = await self.start(name, command, {**environment, **pages})
        await self.until_answers(child, f"http://127.0.0.1:{port}/readyz")
        return child

    async def until_answers(self, child: Child, url: str) -> None:
        """Wait until a GET of `url` answers 200; raises `Failure` when the process ends before."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        async with aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                self.check()
                if asyncio.get_running_loop().time() > deadline:
                    raise Failure(f"{child.name} is not ready after {READY_SECONDS:.0f} s: see {child.log}")
                await asyncio.sleep(READY_POLL)

    def check(self) -> None:
        """Raise `Failure` when any process has ended by itself."""
        for child in self.children:
            if child.process.returncode is not None:
                raise Failure(
                    f"{child.name} ended with exit code {child.process.returncode}: see {child.log}"
                )

    async def finish(self, child: Child) -> None:
        """Wait for a process that ends by itself; raises `Failure` when it fails."""
        code = await child.process.wait()
        self.children.remove(child)
        if code:
            raise Failure(f"{child.name} ended with exit code {code}: see {child.log}")

    async def _stop(self) -> None:
        for child in reversed(self.children):
            _signal(child, signal.SIGTERM)
        waits = [asyncio.create_task(child.process.wait()) for child in self.children]
        if waits:
            await asyncio.wait(waits, timeout=STOP_SECONDS)


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=2)) as reply:
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
