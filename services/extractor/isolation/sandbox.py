"""Read videos nobody vouches for, in child processes that own nothing and cannot outlive their limits."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import weakref
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from services.extractor.fetching.remote import AnyVideo, RemoteVideo
from services.extractor.isolation import records
from services.extractor.isolation.allowance import Allowance
from services.extractor.isolation.serving import Opened, served
from services.extractor.media import (
    BadVideo,
    Encoding,
    Limits,
    Sampled,
    Span,
    VideoProbe,
)
from shared.config.screening import Screening

log = logging.getLogger(__name__)

PACKAGE_ROOT = Path(__file__).parents[3]  # the children find our packages here, installed or not
PIPE_BYTES = 1 << 20  # read ahead of the caller: about two frames; then the child waits
MAX_EXIT_CODE_BYTES = 16
TAKEN_OVER = "the video took over its decoder and was stopped"
ENVIRONMENT = {  # nothing else: no credentials, no endpoints
    "PYTHONPATH": str(PACKAGE_ROOT),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


class Sandbox:
    """Probes videos and samples their frames, each visit in a child process of its own."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._server = _Server()

    async def probe(self, video: AnyVideo) -> VideoProbe:
        """What the video is. Raises BadVideo if it cannot be read or is beyond the limits, or ObjectError."""
        async with self._visit(video, {}, self._limits) as visit:
            found = [records.probe_of(fields) async for fields, _ in visit.replies()]
        return found[0]

    async def frames(
        self,
        video: AnyVideo,
        span: Span,
        interval: Fraction,
        encoding: Encoding,
        screening: Screening | None = None,
        dedup: bool = False,
    ) -> AsyncGenerator[Sampled, None]:
        """The outcome of each sampling instant of the span, in order; `aclose` it to stop early.

        With `screening`, frames not worth examining are rejected; with `dedup` as well, near-duplicates.
        Raises BadVideo, after all that was good, if the video cannot be read or is damaged within the span;
        ObjectError if it cannot be fetched.
        """
        task = {
            "span": asdict(span),
            "interval": str(interval),
            "encoding": asdict(encoding),
            "screening": screening and asdict(screening),
            "dedup": dedup,
        }
        limits = self._limits.to_sample((span.stop - span.first) * interval)
        async with self._visit(video, task, limits) as visit:
            async for fields, raw in visit.replies():
                try:
                    sampled = records.sampled_of(fields, raw)
                except records.BrokenRecord:
                    raise BadVideo(TAKEN_OVER) from None
                yield sampled

    @asynccontextmanager
    async def _visit(self, video: AnyVideo, task: dict[str, Any], limits: Limits) -> AsyncIterator[_Visit]:
        """A child with the video open; gone, whatever happens, when the context is left."""
        allowance = Allowance(limits.wall_seconds)
        async with _opened(video, allowance) as opened:
            request = {**task, "limits": asdict(limits), "served": opened.served}
            pipe, line = self._ask(request, opened.descriptor)
            reader = asyncio.StreamReader(PIPE_BYTES)
            visit = _Visit(reader, line, limits, allowance)
            try:  # from here on there is a child, and a cancellation may come at any await
                transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                    lambda: asyncio.StreamReaderProtocol(reader), pipe
                )
                with closing(transport):
                    yield visit
            finally:
                with line:
                    await visit.end()

    def _ask(self, request: dict[str, Any], video: int) -> tuple[IO[bytes], socket.socket]:
        """Have a child made for the task; returns the pipe it writes its records to, and its line."""
        with ExitStack() as ours:  # closed unless there is a child at the other end
            line, childs_line = socket.socketpair()
            ours.enter_context(line)
            with childs_line:
                line.setblocking(False)
                reading, writing = os.pipe()
                pipe = ours.enter_context(os.fdopen(reading, "rb"))
                with os.fdopen(writing):
                    descriptors = (video, writing, childs_line.fileno())
                    self._server.send(json.dumps(request).encode(), descriptors)
            ours.pop_all()
        return pipe, line


@asynccontextmanager
async def _opened(video: AnyVideo, allowance: Allowance) -> AsyncIterator[Opened]:
    # The parent opens the video: the child never learns a path or an address, and may not open any.
    if isinstance(video, RemoteVideo):
        async with video.opened() as reading, served(reading, allowance) as opened:
            yield opened
    else:
        with await asyncio.to_thread(video.open, "rb") as file:
            yield Opened(file.fileno())


class _Visit:
    """A running child, from its parent's side."""

    def __init__(
        self, pipe: asyncio.StreamReader, line: socket.socket, limits: Limits, allowance: Allowance
    ) -> None:
        self._pipe = pipe
        self._line = line
        self._limits = limits
        self._allowance = allowance

    async def replies(self) -> AsyncIterator[tuple[records.Fields, bytes]]:
        """The child's records up to the last; raises BadVideo for a bad last word, or none."""
        try:
            while (reply := await self._reply())[0]["kind"] != "end":
                _raise_if_bad(reply[0])
                yield reply
        except TimeoutError:
            raise BadVideo(f"reading the video took more than {self._limits.wall_seconds:g} s") from None
        except asyncio.IncompleteReadError:
            raise BadVideo(_cause_of_death(await self.end(), self._limits)) from None
        except records.BrokenRecord:
            raise BadVideo(TAKEN_OVER) from None

    async def _reply(self) -> tuple[records.Fields, bytes]:
        """The next record. Only the time spent here counts against the child."""
        async with self._allowance.running():
            json_bytes, raw_bytes = records.lengths(await self._pipe.readexactly(records.HEAD.size))
            fields = records.fields_of(await self._pipe.readexactly(json_bytes))
            raw = await self._pipe.readexactly(raw_bytes)
        return fields, raw

    async def end(self) -> int | None:
        """Kill the child if it still runs, and see it gone; its exit code, None if that is lost."""
        try:
            self._line.shutdown(socket.SHUT_WR)
            code = await asyncio.get_running_loop().sock_recv(self._line, MAX_EXIT_CODE_BYTES)
        except OSError:
            return None
        return int(code) if code else None


class _Server:
    """The fork server: started at the first visit, started again if it dies, gone with its owner."""

    def __init__(self) -> None:
        self._dismiss: weakref.finalize[Any, _Server] | None = None
        self._requests: socket.socket | None = None

    def send(self, request: bytes, descriptors: tuple[int, ...]) -> None:
        """Ask for a visit."""
        requests = self._requests or self._start()
        try:
            socket.send_fds(requests, [request], descriptors)
        except BrokenPipeError:
            socket.send_fds(self._start(), [request], descriptors)

    def _start(self) -> socket.socket:
        if self._dismiss is not None:
            self._dismiss()
            self._requests = None
        requests, servers_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ExitStack() as unless_started, servers_end:
            unless_started.enter_context(requests)
            process = os.posix_spawn(
                sys.executable,
                (sys.executable, "-s", "-P", "-m", "services.extractor.isolation.forkserver"),
                ENVIRONMENT,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, servers_end.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
            unless_started.pop_all()
        self._dismiss = weakref.finalize(self, _dismissed, requests, process)
        self._requests = requests
        return requests


def _dismissed(requests: socket.socket, process: int) -> None:
    """Closing its socket ends the server, which kills what it forked."""
    requests.close()
    os.waitpid(process, 0)


def _raise_if_bad(fields: records.Fields) -> None:
    if fields["kind"] == "bad":
        raise BadVideo(str(fields["sentence"]))
    if fields["kind"] == "bug":
        log.error("video reader failed", extra={"complaint": str(fields["complaint"])})
        raise BadVideo("reading the video failed on an error of our own, which is in the log")


def _cause_of_death(code: int | None, limits: Limits) -> str:
    """The sentence for a child that ended without a last word."""
    if code is None:
        return "the process that read the video was lost"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"decoding the video took more than {limits.cpu_seconds} s of processor time"
    if code < 0:
        return f"the decoder crashed on this video ({signal.Signals(-code).name})"
    return "the decoder failed on this video"
