"""The uploads port: forms with which a browser puts one object into the object store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.storage.objects import Address


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
