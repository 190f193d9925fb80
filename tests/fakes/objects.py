"""The fake object store: buckets of bytes in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared.storage.objects import (
    Address,
    ObjectChanged,
    ObjectDenied,
    ObjectError,
    ObjectInfo,
    ObjectMissing,
)
from tests.fakes.faults import Faults

BUCKETS = ("videos", "logostream-frames", "logostream-results")


@dataclass(frozen=True)
class Stored:
    """An object and what was said of it when it was put."""

    body: bytes
    content_type: str
    metadata: Mapping[str, str]

    @cached_property
    def version(self) -> str:
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()


class FakeObjects:
    """Keeps S3's rules: objects are whole or absent, keys come sorted by their bytes.

    Knobs: `faults`, and `denied` for addresses that may not be touched. All that is held is in `stored`.
    """

    def __init__(self, *buckets: str) -> None:
        self.buckets = set(buckets or BUCKETS)
        self.stored: dict[Address, Stored] = {}
        self.denied: set[Address] = set()
        self.faults = Faults(ObjectError)
        self.bytes_read = 0  # in ranges

    async def put(
        self, address: Address, body: bytes, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> None:
        async with self.faults.around("put"):
            self._check(address)
            self.stored[address] = Stored(bytes(body), content_type, dict(metadata or {}))

    async def get(self, address: Address) -> bytes:
        async with self.faults.around("get"):
            return self._find(address).body

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        async with self.faults.around("read"):
            found = self._find(address)
            if ObjectInfo(len(found.body), found.version) != info:
                raise ObjectChanged(f"{address} was replaced while it was read: submit it again")
            self.bytes_read += stop - first
            return found.body[first:stop]

    async def upload(self, path: Path, address: Address, content_type: str | None = None) -> None:
        with path.open("rb") as file:
            body = file.read()
        async with self.faults.around("upload"):
            self._check(address)
            self.stored[address] = Stored(body, content_type or "", {})

    async def stat(self, address: Address, version_id: str | None = None) -> ObjectInfo:
        async with self.faults.around("stat"):
            found = self._find(address)
            if version_id not in (None, found.version):
                raise ObjectMissing(f"{address} does not exist in version {version_id}")
            return ObjectInfo(len(found.body), found.version)

    async def keys(self, bucket: str, prefix: str) -> AsyncIterator[str]:
        async with self.faults.around("keys"):
            self._check(Address(bucket, prefix))
            held = (address.key for address in self.stored if address.bucket == bucket)
            found = sorted((key for key in held if key.startswith(prefix)), key=str.encode)
        for key in found:
            yield key

    def hold(self, address: Address, body: bytes, content_type: str = "") -> None:
        """Let the store hold an object from the beginning."""
        self.stored[address] = Stored(body, content_type, {})

    def _find(self, address: Address) -> Stored:
        self._check(address)
        if address not in self.stored:
            raise ObjectMissing(f"{address} does not exist")
        return self.stored[address]

    def _check(self, address: Address) -> None:
        if address in self.denied:
            raise ObjectDenied(f"{address} may not be read or written with these credentials")
        if address.bucket not in self.buckets:
            raise ObjectMissing(f"{address} does not exist")
