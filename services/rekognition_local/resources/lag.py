"""Eventual consistency: for a while after a change, listings show what was before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything with an ARN."""

    @property
    def arn(self) -> str:
        """Its name in the account."""
        ...


Item = TypeVar("Item", bound=Named)


class Lag(Generic[Item]):
    """Remembers of each resource what it was before its last change, and when that was (seconds)."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[float, Item | None]] = {}

    def changed(self, arn: str, before: Item | None, now: float) -> None:
        """A resource changes; None if it is new."""
        self._before[arn] = (now, before)

    def shown(self, items: Iterable[Item], now: float, seconds: float) -> list[Item]:
        """The items as a listing shows them that lags so many seconds behind."""
        seen = [self._seen(item, now - seconds) for item in items]
        return [item for item in seen if item is not None]

    def _seen(self, item: Item, then: float) -> Item | None:
        at, before = self._before.get(item.arn, (then, None))
        return item if at <= then else before
