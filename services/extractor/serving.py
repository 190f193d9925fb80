"""Serve a video's bytes to the child that decodes it, over the socket that is its standard input."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.extractor.allowance import Allowance
from services.extractor.content import REPLY, REQUEST
from services.extractor.remote import Reading
from shared.objects import ObjectError

MOST_BYTES = 8 << 20  # answered at once; demuxers ask for far less, a child that was taken over may not


@dataclass(frozen=True, slots=True)
class Opened:
    """A video ready to be handed to a child."""

    descriptor: int
    served: int | None = None  # size in bytes of a video that comes over a socket; a file has its own


@asynccontextmanager
async def served(reading: Reading, allowance: Allowance) -> AsyncIterator[Opened]:
    """Answer the child for the time of the block; whatever came of the child, raises `ObjectError` if the
    object store failed, for then the child was not told the truth."""
    ours, childs = socket.socketpair()
    serving = asyncio.create_task(_serve(ours, reading, allowance), name="serve video")
    failure: ObjectError | None = None
    try:
        with childs:
            yield Opened(childs.fileno(), reading.size)
    finally:
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


async def _serve(line: socket.socket, reading: Reading, allowance: Allowance) -> None:
    asker, answer = await asyncio.open_connection(sock=line)
    try:
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the child has ended
            while True:
                offset, length = REQUEST.unpack(await asker.readexactly(REQUEST.size))
                with allowance.stopped():
                    data = await reading.read(offset, min(length, MOST_BYTES))
                answer.writelines((REPLY.pack(len(data)), data))
                await answer.drain()
    finally:
        answer.close()
