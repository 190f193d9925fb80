"""The object store port and its S3 adapter: videos in, frames and results out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from aiohttp import ClientPayloadError
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_MISSING = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404", "NotFound"}
_CHANGED = {"InvalidRange", "416"}  # it has become shorter
_DENIED = {"AccessDenied", "403", "Forbidden"}


class ObjectError(Exception):
    """The object store failed; trying again may help."""


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


class S3Objects:
    """The object store over Amazon S3."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    async def put(
        self,
        address: Address,
        body: bytes,
        content_type: str,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        # S3 carries metadata in headers, which are ASCII.
        ascii_only = {name: quote(value, safe=" /:") for name, value in (metadata or {}).items()}
        with translated(address):
            await self._client.put_object(
                Bucket=address.bucket,
                Key=address.key,
                Body=body,
                ContentType=content_type,
                Metadata=ascii_only,
            )

    async def get(self, address: Address) -> bytes:
        with translated(address):
            reply = await self._client.get_object(Bucket=address.bucket, Key=address.key)
            body = reply["Body"]
            async with body:  # not `as body`: that is the bare HTTP response, whose length nobody checks
                return await body.read()

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        which: dict[str, Any] = {"VersionId": info.version} if info.versioned else {}
        with translated(address):
            reply = await self._client.get_object(
                Bucket=address.bucket, Key=address.key, Range=f"bytes={first}-{stop - 1}", **which
            )
            body = reply["Body"]
            async with body:
                if _info(info.size, reply) != info:
                    raise ObjectChanged(f"{address} was replaced while it was read: submit it again")
                data = await body.read()
        # MiniStack sends earlier versions whole.
        return data if "ContentRange" in reply else data[first:stop]

    async def upload(self, path: Path, address: Address, content_type: str | None = None) -> None:
        said = {"ContentType": content_type} if content_type else {}
        with translated(address):
            await self._client.upload_file(str(path), address.bucket, address.key, ExtraArgs=said)

    async def stat(self, address: Address, version_id: str | None = None) -> ObjectInfo:
        which: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        with translated(address):
            reply = await self._client.head_object(Bucket=address.bucket, Key=address.key, **which)
        return _info(reply["ContentLength"], reply)

    async def keys(self, bucket: str, prefix: str) -> AsyncIterator[str]:
        with translated(Address(bucket, prefix)):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            async for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"]


def _info(size: int, reply: Any) -> ObjectInfo:
    version = reply.get("VersionId")
    if version in (None, "null"):
        return ObjectInfo(size, reply["ETag"].strip('"'))
    return ObjectInfo(size, version, versioned=True)


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """S3's errors as ours."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise ObjectMissing(f"{address} does not exist") from error
        if code in _CHANGED:
            raise ObjectChanged(f"{address} was replaced while it was read: submit it again") from error
        if code in _DENIED:
            raise ObjectDenied(f"{address} may not be read or written with these credentials") from error
        raise ObjectError(f"{address}: {error}") from error
    except (BotoCoreError, Boto3Error, ClientPayloadError) as error:
        raise ObjectError(f"{address}: {error}") from error
