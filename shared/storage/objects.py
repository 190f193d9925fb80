"""The object store port: videos in, frames and results out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared.outage import Outage


class ObjectError(Exception):
    """The object store failed; trying again may help."""


class ObjectsAway(ObjectError, Outage):
    """The object store gives no answer, or too many ask it."""


class ObjectMissing(ObjectError):
    """There is no such object; trying again does not help."""


class ObjectChanged(ObjectError):
    """The object is no longer the upload that was asked for; trying again does not help."""


class ObjectDenied(ObjectError):
    """We may not touch this object; trying again does not help until someone grants it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an object lies."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of an object without reading it; `version` is the etag where none are kept."""

    size: int  # bytes
    version: str
    versioned: bool = False  # whether `version` is S3's version id, not the etag


class ObjectStore(Protocol):
    """All that services ask of an object store; raises `ObjectError` or one of its kinds."""

    async def put(
        self,
        address: Address,
        body: bytes,
        content_type: str,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Write an object whole, replacing what was there."""
        ...

    async def get(self, address: Address) -> bytes:
        """Read an object whole."""
        ...

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        """Read the bytes first <= n < stop of this very upload; raises `ObjectChanged` if it was replaced."""
        ...

    async def upload(self, path: Path, address: Address, content_type: str | None = None) -> None:
        """Copy a local file to an object without holding it in memory."""
        ...

    async def stat(self, address: Address, version_id: str | None = None) -> ObjectInfo:
        """Size and version of an object, or of an earlier version of it."""
        ...

    def keys(self, bucket: str, prefix: str) -> AsyncIterator[str]:
        """The keys under a prefix, sorted."""
        ...
