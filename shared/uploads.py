"""The uploads port and its S3 adapter: forms with which a browser puts one object into S3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from shared.objects import Address, translated

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a form is posted to, and its signed fields; the file comes last, as `file`."""

    url: str
    fields: Mapping[str, str]


class Uploads(Protocol):
    """Lets browsers upload; raises `ObjectError`."""

    origin: str  # scheme, host and port of the forms' addresses

    async def form(self, address: Address, most_bytes: int, seconds: int) -> UploadForm:
        """A form for this object, good for so many seconds and up to so many bytes."""
        ...


class S3Uploads:
    """`Uploads` by presigned POST. `public` is S3's address as browsers know it, if another."""

    def __init__(self, client: S3Client, public: str | None) -> None:
        self._client = client
        self._public = public
        url = urlsplit(public or client.meta.endpoint_url)
        self.origin = f"{url.scheme}://{url.netloc}"

    async def form(self, address: Address, most_bytes: int, seconds: int) -> UploadForm:
        status = {"success_action_status": "201"}
        conditions: list[Any] = [status, ["content-length-range", 1, most_bytes]]
        with translated(address):
            made = await self._client.generate_presigned_post(
                Bucket=address.bucket,
                Key=address.key,
                Fields=status,
                Conditions=conditions,
                ExpiresIn=seconds,
            )
        # The policy signs the bucket and the key, not the host.
        return UploadForm(f"{self.origin}{urlsplit(made['url']).path}", made["fields"])
