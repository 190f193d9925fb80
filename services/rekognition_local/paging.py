"""Pages of a listing, newest first; the token names the last item shown, so new items disturb no reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from services.rekognition_local.errors import InvalidPaginationTokenException


class Stamped(Protocol):
    """Anything with a unique time of creation, in milliseconds."""

    @property
    def created(self) -> int:
        """Milliseconds since the epoch."""
        ...


Item = TypeVar("Item", bound=Stamped)


def page(items: Iterable[Item], size: int, token: str | None) -> tuple[list[Item], dict[str, str]]:
    """The items after `token`, at most `size`, and the `NextToken` member of the reply (empty at the end).

    Raises `InvalidPaginationTokenException`.
    """
    if token is not None and not token.isdecimal():
        raise InvalidPaginationTokenException("The NextToken is not one this service gave out.")
    newest_first = sorted(items, key=lambda item: -item.created)
    rest = [item for item in newest_first if token is None or item.created < int(token)]
    shown = rest[:size]
    return shown, {"NextToken": str(shown[-1].created)} if len(rest) > size else {}
