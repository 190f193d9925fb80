"""The object store and the upload forms over Amazon S3."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from aiohttp import ClientPayloadError
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.outages import means_away
from shared.storage.objects import (
    Address,
    ObjectChanged,
    ObjectDenied,
    ObjectError,
    ObjectInfo,
    ObjectMissing,
    ObjectsAway,
)
from shared.storage.uploads import UploadForm

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_MISSING = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404", "NotFound"}
_CHANGED = {"InvalidRange", "416"}  # it has become shorter
_DENIED = {"AccessDenied", "403", "Forbidden"}


class S3Objects:
    """`ObjectStore` over S3."""

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
        with _translated(address):
            await self._client.put_object(
                Bucket=address.bucket,
                Key=address.key,
                Body=body,
                ContentType=content_type,
                Metadata=ascii_only,
            )

    async def get(self, address: Address) -> bytes:
        with _translated(address):
            reply = await self._client.get_object(Bucket=address.bucket, Key=address.key)
            body = reply["Body"]
            async with body:  # not `as body`: that is the bare HTTP response, whose length nobody checks
                return await body.read()

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        which: dict[str, Any] = {"VersionId": info.version} if info.versioned else {}
        with _translated(address):
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
        with _translated(address):
            await self._client.upload_file(str(path), address.bucket, address.key, ExtraArgs=said)

    async def stat(self, address: Address, version_id: str | None = None) -> ObjectInfo:
        which: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        with _translated(address):
            reply = await self._client.head_object(Bucket=address.bucket, Key=address.key, **which)
        return _info(reply["ContentLength"], reply)

    async def keys(self, bucket: str, prefix: str) -> AsyncIterator[str]:
        with _translated(Address(bucket, prefix)):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            async for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"]


class S3Uploads:
    """`Uploads` by presigned POST. `public` is S3's address as browsers know it, if another."""

    def __init__(self, client: S3Client, public: str | None) -> None:
        self._client = client
        url = urlsplit(public or client.meta.endpoint_url)
        self.origin = f"{url.scheme}://{url.netloc}"

    async def form(self, address: Address, most_bytes: int, seconds: int) -> UploadForm:
        status = {"success_action_status": "201"}
        conditions: list[Any] = [status, ["content-length-range", 1, most_bytes]]
        with _translated(address):
            made = await self._client.generate_presigned_post(
                Bucket=address.bucket,
                Key=address.key,
                Fields=status,
                Conditions=conditions,
                ExpiresIn=seconds,
            )
        # The policy signs the bucket and the key, not the host.
        return UploadForm(f"{self.origin}{urlsplit(made['url']).path}", made["fields"])


def _info(size: int, reply: Any) -> ObjectInfo:
    version = reply.get("VersionId")
    if version in (None, "null"):
        return ObjectInfo(size, reply["ETag"].strip('"'))
    return ObjectInfo(size, version, versioned=True)


@contextmanager
def _translated(address: Address) -> Iterator[None]:
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
        raise _failure(address, error) from error
    except (BotoCoreError, Boto3Error, ClientPayloadError) as error:
        raise _failure(address, error) from error


def _failure(address: Address, error: Exception) -> ObjectError:
    return (ObjectsAway if means_away(error) else ObjectError)(f"{address}: {error}")
