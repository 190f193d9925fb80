"""Submits videos: local files are uploaded first, what lies in S3 is submitted where it is."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.config.routes import Order
from shared.messaging.messages import Source, VideoSubmitted, video_id
from shared.messaging.queue import Queue
from shared.storage.objects import Address, ObjectMissing, ObjectStore

HASHED_BYTES = 1 << 20  # read at a time


class NotSubmitted(Exception):
    """What was named is no video; the text is one sentence naming it and the cure."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submitted video."""

    name: str  # as the user gave it
    video_id: str
    source: str


class Submitter:
    """Uploads and announces videos; `order` says how the one in a bucket, under a key, is processed."""

    def __init__(
        self, objects: ObjectStore, videos: Queue, bucket: str, order: Callable[[str, str], Order]
    ) -> None:
        self._objects = objects
        self._videos = videos
        self._bucket = bucket
        self._order = order

    async def submit(
        self, names: Sequence[str], uploaded: Callable[[str], None] = lambda name: None
    ) -> list[Submitted]:
        """Submit files, s3:// addresses or prefixes in order; raises `NotSubmitted` at a wrong one."""
        done = []
        for name in names:
            async for address in self._addresses(name):
                uploaded(name)
                done.append(await self._announce(name, address))
        return done

    async def _addresses(self, name: str) -> AsyncIterator[Address]:
        if name.startswith("s3://"):
            async for address in self._in_s3(name):
                yield address
        else:
            yield await self._upload(_file(name))

    async def _in_s3(self, name: str) -> AsyncIterator[Address]:
        bucket, _, key = name.removeprefix("s3://").partition("/")
        address = Address(bucket, key)
        if address.key and not address.key.endswith("/"):
            yield address
            return
        found = False
        async for key in self._objects.keys(address.bucket, address.key):
            if not key.endswith("/"):  # folders that a console made
                found = True
                yield Address(address.bucket, key)
        if not found:
            raise NotSubmitted(f"nothing lies below {name}: check the bucket and the prefix")

    async def _upload(self, path: Path) -> Address:
        # The content names the key: the same file again is the same video, another file never replaces it.
        address = Address(self._bucket, f"uploads/{_digest(path)}/{path.name}")
        try:
            await self._objects.stat(address)
        except ObjectMissing:
            await self._objects.upload(path, address)
        return address

    async def _announce(self, name: str, address: Address) -> Submitted:
        info = await self._objects.stat(address)
        source = Source(bucket=address.bucket, key=address.key, version=info.version)
        order = self._order(address.bucket, address.key)
        message = VideoSubmitted(
            bucket=address.bucket,
            key=address.key,
            options=order.options,
            deadline_seconds=order.deadline_seconds,
        )
        await self._videos.send([message.body()])
        return Submitted(name, video_id(source, order.options), source.address)


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise NotSubmitted(f"{path} does not exist or is no file: name a video file or an s3:// address")
    return path


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(HASHED_BYTES):
            digest.update(piece)
    return digest.hexdigest()[:12]
