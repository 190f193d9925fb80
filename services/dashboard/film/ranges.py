"""HTTP's byte ranges, pure: which bytes of a video a player asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class NotSatisfiable(Exception):
    """The range lies beyond the end."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes first <= n < stop of so many."""

    first: int
    stop: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.stop - 1}/{self.size}"


def span(header: str | None, size: int) -> Span | None:
    """The span that a Range header asks for; None when all is wanted, as of ranges that nobody sends.

    Raises `NotSatisfiable`.

    >>> span("bytes=2-5", 10)
    Span(first=2, stop=6, size=10)
    >>> span("bytes=-3", 10)
    Span(first=7, stop=10, size=10)
    """
    found = _RANGE.fullmatch(header or "")
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        begin, stop = max(0, size - int(last)), size
    else:
        begin, stop = int(first), min(size, int(last) + 1) if last else size
    if begin >= size or (last and first and int(last) < int(first)):
        raise NotSatisfiable
    if begin >= stop:
        raise NotSatisfiable
    return Span(begin, stop, size)
