"""What is made here is made once, and bears our tag."""

from __future__ import annotations

from collections.abc import Awaitable

from botocore.exceptions import ClientError

TAG = "logostream"  # on all that is made here, with the prefix as its value: only that is ever torn down
_EXISTS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "ResourceInUseException"}


async def unless_there(creation: Awaitable[object]) -> bool:
    """Make something that may be there already; returns whether it was made just now."""
    try:
        await creation
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _EXISTS:
            raise
        return False
    return True
