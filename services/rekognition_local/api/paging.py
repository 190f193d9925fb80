"""Pages of a listing; a token names the last item shown, or its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from services.rekognition_local.errors import InvalidPaginationTokenException


class Stamped(Protocol):
    """Anything with a unique time of creation, in milliseconds."""

    @property
    def created(self) -> int:
        """Milliseconds since the epoch."""
        ...


Row = TypeVar("Row")
Item = TypeVar("Item", bound=Stamped)


def page(items: Iterable[Item], size: int, token: str | None) -> tuple[list[Item], dict[str, str]]:
    """The items after `token`, newest first, at most `size`, and the reply's `NextToken` (none at the end).

    New items disturb no reader. Raises `InvalidPaginationTokenException`.
    """
    last = _number(token)
    newest_first = sorted(items, key=lambda item: -item.created)
    rest = [item for item in newest_first if last is None or item.created < last]
    shown = rest[:size]
    return shown, {"NextToken": str(shown[-1].created)} if len(rest) > size else {}


def slice_of(items: Sequence[Row], size: int, token: str | None) -> tuple[Sequence[Row], dict[str, str]]:
    """As `page`, for items in an order of their own."""
    start = _number(token) or 0
    end = start + size
    return items[start:end], {"NextToken": str(end)} if len(items) > end else {}


def _number(token: str | None) -> int | None:
    if token is not None and not token.isdecimal():
        raise InvalidPaginationTokenException("The NextToken is not one this service gave out.")
    return None if token is None else int(token)
