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

from shared.runtime.command import Failure
from shared.runtime.service import BAD_SETTINGS

RESTARTS = 5  # of a service that dies; they are made to be restarted
READY_SECONDS = 180.0  # a few suffice, but for a machine that is busy
READY_POLL = 0.1
STOP_SECONDS = 25.0  # services drain within twenty


@dataclass(slots=True, eq=False)
class Child:
    """One started process, how it was started, and where its output goes."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    restarts_left: int
    process: asyncio.subprocess.Process

    @property
    def pages(self) -> str:
        """The address of a service's health and metrics."""
        return f"http://127.0.0.1:{self.environment['LOGOSTREAM_HTTP_PORT']}"


def free_port(wanted: int = 0) -> int:
    """A TCP port of the loopback that nobody uses at the moment: the wanted one, or any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one just given up is free
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stack:
    """An async context: whatever was started inside is stopped, all at once, at its end."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.children: list[Child] = []
        self._errands: list[Child] = []  # processes that end by themselves

    async def __aenter__(self) -> Stack:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._stop()
        finally:
            for child in (*self.children, *self._errands):
                _signal(child, signal.SIGKILL)  # those that did not listen, or a second Ctrl-C

    async def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], restarts: int = 0
    ) -> Child:
        """Start a process that is to live as long as the stack; its output goes to `<logs>/<name>.log`."""
        child = await self._spawn_child(name, command, environment, restarts)
        self.children.append(child)
        return child

    async def start_service(self, name: str, module: str, environment: Mapping[str, str]) -> Child:
        """Start `python -m services.<module>` with its pages on a free port, and wait until it is ready."""
        port = free_port()
        pages = {"LOGOSTREAM_HTTP_HOST": "127.0.0.1", "LOGOSTREAM_HTTP_PORT": str(port)}
        command = [sys.executable, "-m", f"services.{module}"]
        child = await self.start(name, command, {**environment, **pages}, RESTARTS)
        await self.until_answers(child, f"http://127.0.0.1:{port}/readyz")
        return child

    async def do(self, name: str, command: Sequence[str]) -> str:
        """Run a process to its own end; the last line it printed. Raises `Failure` with two when it fails."""
        child = await self._spawn_child(name, command, {}, 0)
        self._errands.append(child)
        code = await child.process.wait()
        told = child.log.read_text(errors="replace").split("\n")
        last = [line for line in told if line.strip()][-2:]
        if code:
            said = f"; it said: {' · '.join(last)}" if last else ""
            raise Failure(f"{name} ended with exit code {code}: see {child.log}{said}")
        return last[-1] if last else ""

    async def until_answers(self, child: Child, url: str) -> None:
        """Wait until a GET of `url` answers 200; raises `Failure` when the process ends before."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        async with aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                if child.process.returncode is not None:
                    raise _ended(child)
                if asyncio.get_running_loop().time() > deadline:
                    raise Failure(f"{child.name} is not ready after {READY_SECONDS:.0f} s: see {child.log}")
                await asyncio.sleep(READY_POLL)

    async def tend(self) -> None:
        """Start again what has died; raises `Failure` when that does not help any more."""
        for child in self.children:
            if child.process.returncode is None:
                continue
            if child.process.returncode == BAD_SETTINGS or not child.restarts_left:
                raise _ended(child)
            child.restarts_left -= 1
            child.process = await _spawn(child.command, child.environment, child.log)

    async def _spawn_child(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], restarts: int
    ) -> Child:
        log = self._logs / f"{name}.log"
        log.unlink(missing_ok=True)
        process = await _spawn(command, environment, log)
        return Child(name, command, environment, log, restarts, process)

    async def _stop(self) -> None:
        children = (*self.children, *self._errands)
        for child in children:
            _signal(child, signal.SIGTERM)
        waits = [asyncio.create_task(child.process.wait()) for child in children]
        if waits:
            await asyncio.wait(waits, timeout=STOP_SECONDS)


async def _spawn(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C is for us: we stop them in order
        )


def _ended(child: Child) -> Failure:
    return Failure(f"{child.name} ended with exit code {child.process.returncode}: see {child.log}")


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
