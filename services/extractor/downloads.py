"""Local copies of videos: each is fetched once however many chunks use it, and kept while room lasts."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared.messages import Source
from shared.objects import Address, ObjectStore

KEPT = 4  # videos kept after use; the chunks of one video tend to come in a row


class Downloads:
    """A folder of copies, emptied when the service starts and when it ends."""

    def __init__(self, objects: ObjectStore, folder: Path) -> None:
        self._objects = objects
        self._folder = folder
        self._locks: dict[Path, asyncio.Lock] = {}
        self._whole: set[Path] = set()  # those fetched to the end
        self._users: OrderedDict[Path, int] = OrderedDict()  # the least recently used first

    async def __aenter__(self) -> Downloads:
        shutil.rmtree(self._folder, ignore_errors=True)  # left by a process that was killed
        self._folder.mkdir(parents=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    @asynccontextmanager
    async def open(self, source: Source) -> AsyncIterator[Path]:
        """The path of a local copy, valid inside the block; raises `ObjectError`."""
        path = self._folder / hashlib.sha256(source.model_dump_json().encode()).hexdigest()[:32]
        self._users[path] = self._users.get(path, 0) + 1
        self._users.move_to_end(path)
        try:
            await self._fetch(source, path)
            yield path
        finally:
            self._users[path] -= 1
            self._make_room()

    async def _fetch(self, source: Source, path: Path) -> None:
        async with self._locks.setdefault(path, asyncio.Lock()):
            if path not in self._whole:
                await self._objects.download(Address(source.bucket, source.key), path)
                self._whole.add(path)

    def _make_room(self) -> None:
        idle = [path for path, users in self._users.items() if not users]
        for path in idle[: max(0, len(self._users) - KEPT)]:
            path.unlink(missing_ok=True)
            self._whole.discard(path)
            del self._users[path], self._locks[path]
