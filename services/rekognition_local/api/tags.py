"""The operations on tags: TagResource, UntagResource, ListTagsForResource."""

from __future__ import annotations

from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    InvalidParameterException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
)

MOST_TAGS = 50  # of one resource, an AWS quota


async def add(account: Account, request: wire.TagResource) -> dict[str, Any]:
    """Add tags, or change their values; raises `ResourceNotFoundException`."""
    check(request.tags)
    tags = {**_tags(account, request.resource_arn), **request.tags}
    if len(tags) > MOST_TAGS:
        raise ServiceQuotaExceededException(f"A resource may have {MOST_TAGS} tags.")
    account.store.put_tags(request.resource_arn, tags)
    return {}


async def remove(account: Account, request: wire.UntagResource) -> dict[str, Any]:
    """Remove tags that are there; raises `ResourceNotFoundException`."""
    tags = _tags(account, request.resource_arn)
    kept = {key: value for key, value in tags.items() if key not in request.tag_keys}
    account.store.put_tags(request.resource_arn, kept)
    return {}


async def list_all(account: Account, request: wire.ListTagsForResource) -> dict[str, Any]:
    """The tags of a resource; raises `ResourceNotFoundException`."""
    return {"Tags": _tags(account, request.resource_arn)}


def check(tags: dict[str, str]) -> None:
    """Raises `InvalidParameterException` for keys that are AWS's own."""
    if any(key.startswith("aws:") for key in tags):
        raise InvalidParameterException("Tag keys that begin with aws: are reserved.")


def _tags(account: Account, arn: str) -> dict[str, str]:
    store = account.store
    if not any(arn in holder for holder in (store.projects, store.datasets, store.versions)):
        raise ResourceNotFoundException(f"There is no resource {arn}.")
    return store.tags.get(arn, {})
