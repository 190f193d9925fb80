"""A video that is read where it lies in the object store, block by block, while it is decoded."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.extractor.readahead import ReadAhead
from shared.messages import Source
from shared.objects import Address, ObjectChanged, ObjectError, ObjectInfo, ObjectStore

BLOCK = 512 << 10  # bytes: so few that a leap for an index or a keyframe loses little
COPIED = 16 * BLOCK  # bytes per request of a whole copy
MOST_BLOCKS = 64  # kept; with those being fetched some 40 MB a visit
MOST_FETCHED = 2  # times the size of the video, in one visit; beyond that a copy on disk is cheaper


@dataclass(frozen=True, slots=True)
class RemoteVideo:
    """One upload of a video; it stays the same however often the object is replaced."""

    objects: ObjectStore
    address: Address
    info: ObjectInfo
    work_dir: Path

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Reading]:
        """Read it for the time of the block."""
        reading = Reading(self)
        try:
            yield reading
        finally:
            await reading.close()


AnyVideo = Path | RemoteVideo


async def remote_video(objects: ObjectStore, source: Source, work_dir: Path) -> RemoteVideo:
    """Find the upload; raises `ObjectChanged` if it is no longer there, or another `ObjectError`."""
    address = Address(source.bucket, source.key)
    info = await objects.stat(address, source.version if source.versioned else None)
    if info.version != source.version:
        raise ObjectChanged(f"{address} was replaced after it was submitted: submit it again")
    return RemoteVideo(objects, address, info, work_dir)


class Reading:
    """One visit's reading: a window of blocks, or in the end a whole copy if the video is read in leaps."""

    def __init__(self, video: RemoteVideo) -> None:
        self._video = video
        self._blocks: OrderedDict[int, asyncio.Task[bytes]] = OrderedDict()
        self._ahead = ReadAhead()
        self._copy: IO[bytes] | None = None
        self._fetched = 0  # bytes

    @property
    def size(self) -> int:
        return self._video.info.size

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes there, fewer only at the video's end; raises `ObjectError`."""
        stop = min(self.size, offset + length)
        if offset >= stop:
            return b""
        if self._copy is None and self._fetched > MOST_FETCHED * self.size:
            self._copy = await self._copied()
        if self._copy is not None:
            return await asyncio.to_thread(os.pread, self._copy.fileno(), stop - offset, offset)
        pieces = [await self._block(number) for number in range(offset // BLOCK, -(-stop // BLOCK))]
        begin = offset % BLOCK
        return b"".join(pieces)[begin : begin + stop - offset]

    async def close(self) -> None:
        """Let go of everything; what is being fetched is given up."""
        for task in self._blocks.values():
            task.cancel()
        await asyncio.gather(*self._blocks.values(), return_exceptions=True)
        if self._copy is not None:
            self._copy.close()

    async def _block(self, number: int) -> bytes:
        self._ahead = self._ahead.read(number)
        for wanted in self._ahead.wanted(-(-self.size // BLOCK)):
            if wanted not in self._blocks:
                self._blocks[wanted] = asyncio.create_task(self._fetch(wanted), name=f"block {wanted}")
        self._blocks.move_to_end(number)
        self._forget()
        return await self._blocks[number]

    def _forget(self) -> None:
        """Let go of the blocks that have not been read for longest."""
        for number in list(self._blocks)[: max(0, len(self._blocks) - MOST_BLOCKS)]:
            if self._blocks[number].done():
                with suppress(Exception):  # of a block that nobody came to read
                    self._blocks[number].result()
                del self._blocks[number]

    async def _fetch(self, number: int) -> bytes:
        first = number * BLOCK
        return await self._range(first, min(self.size, first + BLOCK))

    async def _range(self, first: int, stop: int) -> bytes:
        self._fetched += stop - first
        video = self._video
        return await video.objects.read(video.address, video.info, first, stop)

    async def _copied(self) -> IO[bytes]:
        """The whole video in a file without a name: nothing is left of it, however this process ends."""
        folder = self._video.work_dir
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return await self._fill(tempfile.TemporaryFile(dir=folder))
        except OSError as error:
            raise ObjectError(
                f"{self._video.address} could not be copied to {folder} ({error.strerror}): "
                "make room there, or set LOGOSTREAM_WORK_DIR"
            ) from error

    async def _fill(self, copy: IO[bytes]) -> IO[bytes]:
        try:
            for first in range(0, self.size, COPIED):
                data = await self._range(first, min(self.size, first + COPIED))
                await asyncio.to_thread(copy.write, data)
            copy.flush()
        except BaseException:
            copy.close()
            raise
        return copy
