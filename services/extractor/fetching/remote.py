"""A video that is read where it lies in the object store, block by block, while it is decoded."""

from __future__ import annotations

import asyncio
import os
import tempfile
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from services.extractor.fetching.blocks import BLOCK, Blocks
from services.extractor.fetching.readahead import ReadAhead
from shared.storage.objects import Address, ObjectError, ObjectInfo, ObjectStore

COPIED = 16 * BLOCK  # bytes per request of a whole copy
MOST_FETCHED = 2  # times the size of the video; beyond that a copy on disk is cheaper
KEPT_SECONDS = 120.0  # after the last visit


class RemoteVideo:
    """One upload of a video; it stays the same however often the object is replaced.

    What one visit has fetched serves the next: blocks, and in the end a whole copy if it is read in leaps.
    """

    def __init__(self, objects: ObjectStore, address: Address, info: ObjectInfo, work_dir: Path) -> None:
        self.objects = objects
        self.address = address
        self.info = info
        self._work_dir = work_dir
        self._blocks = Blocks(self._range, info.size)
        self._copy: Copy | None = None
        self._copying = asyncio.Lock()
        self._fetched = 0  # bytes, by all visits
        self._visits = 0
        self._farewell: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[VideoReader]:
        """Read it for the time of the block; several may at once."""
        self._visits += 1
        if self._farewell:
            self._farewell.cancel()
        try:
            yield VideoReader(self)
        finally:
            self._visits -= 1
            if self._visits == 0:
                self._blocks.halt()
                self._farewell = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.forget)

    def forget(self) -> None:
        """Let go of what was fetched, unless somebody is reading."""
        if self._visits == 0:
            self._blocks = Blocks(self._range, self.info.size)
            self._copy = None

    async def block(self, number: int, ahead: range) -> memoryview:
        """One block, and those ahead are fetched too. Raises `ObjectError`."""
        return await self._blocks.read(number, ahead)

    async def copy(self) -> Copy | None:
        """A copy on disk, once so much was fetched that one is cheaper. Raises `ObjectError`."""
        if self._copy is None and self._fetched > MOST_FETCHED * self.info.size:
            async with self._copying:
                if self._copy is None:
                    self._copy = await self._copied()
        return self._copy

    async def _range(self, first: int, stop: int) -> bytes:
        self._fetched += stop - first
        return await self.objects.read(self.address, self.info, first, stop)

    async def _copied(self) -> Copy:
        """The whole video in a file without a name: nothing is left of it, however this process ends."""
        try:
            self._work_dir.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._work_dir) as file:
                await self._fill(file)
                return Copy(os.dup(file.fileno()))
        except OSError as error:
            raise ObjectError(
                f"{self.address} could not be copied to {self._work_dir} ({error.strerror}): "
                "make room there, or set LOGOSTREAM_WORK_DIR"
            ) from error

    async def _fill(self, file: IO[bytes]) -> None:
        for first in range(0, self.info.size, COPIED):
            data = await self._range(first, min(self.info.size, first + COPIED))
            await asyncio.to_thread(file.write, data)
        file.flush()


class Copy:
    """An open file that is closed when nobody holds it any more."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)


class VideoReader:
    """One visit's reading of a video, from a place of its own."""

    def __init__(self, video: RemoteVideo) -> None:
        self._video = video
        self._ahead = ReadAhead()

    @property
    def size(self) -> int:
        return self._video.info.size

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes there, fewer only at the video's end; raises `ObjectError`."""
        stop = min(self.size, offset + length)
        if offset >= stop:
            return b""
        if copy := await self._video.copy():
            return await asyncio.to_thread(os.pread, copy.descriptor, stop - offset, offset)
        pieces = [await self._block(number) for number in range(offset // BLOCK, -(-stop // BLOCK))]
        begin = offset % BLOCK
        return b"".join(pieces)[begin : begin + stop - offset]

    async def _block(self, number: int) -> memoryview:
        self._ahead = self._ahead.read(number)
        return await self._video.block(number, self._ahead.wanted(-(-self.size // BLOCK)))


AnyVideo = Path | RemoteVideo
