"""Serve a video's bytes to the child that decodes it, over the socket that is its standard input."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from services.extractor.content import REPLY, REQUEST
from services.extractor.remote import Reading
from shared.objects import ObjectError

MOST_BYTES = 8 << 20  # answered at once, whatever a child that was taken over asks for


def _nobody(seconds: float) -> None:
    """Who is told of time spent fetching, before there is a visit."""


@dataclass(slots=True)
class Opened:
    """A video ready to be handed to a child."""

    descriptor: int
    served: int | None = None  # size in bytes of a video that comes over a socket; a file has its own
    close: Callable[[], None] | None = None
    spent: Callable[[float], None] = _nobody

    def handed_over(self) -> None:
        """The child has its own by now: when it ends, our side of the socket must learn of it."""
        if self.close:
            self.close()


@asynccontextmanager
async def served(reading: Reading) -> AsyncIterator[Opened]:
    """Answer the child for the time of the block; whatever came of the child, raises `ObjectError` if the
    object store failed, for then the child was not told the truth."""
    ours, childs = socket.socketpair()
    opened = Opened(childs.fileno(), reading.size, childs.close)
    serving = asyncio.create_task(_serve(ours, reading, opened), name="serve video")
    failure: ObjectError | None = None
    try:
        yield opened
    finally:
        childs.close()
        serving.cancel()
        try:
            await serving
        except ObjectError as error:
            failure = error
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
        if failure:
            raise failure


async def _serve(line: socket.socket, reading: Reading, opened: Opened) -> None:
    asker, answer = await asyncio.open_connection(sock=line)
    try:
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the child has ended
            while True:
                offset, length = REQUEST.unpack(await asker.readexactly(REQUEST.size))
                began = monotonic()
                data = await reading.read(offset, min(length, MOST_BYTES))
                opened.spent(monotonic() - began)
                answer.writelines((REPLY.pack(len(data)), data))
                await answer.drain()
    finally:
        answer.close()
