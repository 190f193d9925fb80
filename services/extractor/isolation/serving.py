"""Serve a video's bytes to the child that decodes it, over the socket that is its standard input."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.extractor.fetching.remote import VideoReader
from services.extractor.isolation.allowance import Allowance
from services.extractor.isolation.content import REPLY, REQUEST
from shared.storage.objects import ObjectError

MOST_BYTES = 8 << 20  # answered at once; demuxers ask for far less, a child that was taken over may not


@dataclass(frozen=True, slots=True)
class Opened:
    """A video ready to be handed to a child."""

    descriptor: int
    served: int | None = None  # size in bytes of a video that comes over a socket; a file has its own


@asynccontextmanager
async def served(reading: VideoReader, allowance: Allowance) -> AsyncIterator[Opened]:
    """Answer the child for the time of the block; whatever came of the child, raises `ObjectError` if the
    object store failed, for then the child was not told the truth."""
    ours, childs = socket.socketpair()
    with childs:
        asker, answer = await _connected(ours)
        serving = asyncio.create_task(_serve(asker, answer, reading, allowance), name="serve video")
        try:
            yield Opened(childs.fileno(), reading.size)
        finally:
            failure = await _ended(serving)
            answer.close()
            if failure:
                raise failure


async def _connected(line: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        return await asyncio.open_connection(sock=line)
    except BaseException:  # cancelled
        line.close()
        raise


async def _serve(
    asker: asyncio.StreamReader, answer: asyncio.StreamWriter, reading: VideoReader, allowance: Allowance
) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):  # the child has ended
        while True:
            offset, length = REQUEST.unpack(await asker.readexactly(REQUEST.size))
            with allowance.stopped():
                try:
                    data = await reading.read(offset, min(length, MOST_BYTES))
                except ObjectError:
                    answer.close()  # the child's next read fails, and so it ends
                    raise
            answer.writelines((REPLY.pack(len(data)), data))
            await answer.drain()


async def _ended(serving: asyncio.Task[None]) -> ObjectError | None:
    """Stop serving; returns what the object store failed with, if it did."""
    serving.cancel()
    await asyncio.wait([serving])
    if serving.cancelled():
        return None
    error = serving.exception()
    if error is None or isinstance(error, ObjectError):
        return error
    raise error
