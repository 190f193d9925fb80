"""What is at hand of one remote video, for all who read it: blocks, fetched several at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

BLOCK = 512 << 10  # bytes: so few that a leap for an index or a keyframe loses little
MOST_BLOCKS = 64  # kept; with those being fetched some 40 MB

Fetch = Callable[[int, int], Awaitable[bytes]]  # the bytes from the one offset to before the other


@dataclass(frozen=True, slots=True)
class Request:
    """Neighbouring blocks that come with one request."""

    first: int
    task: asyncio.Task[bytes]

    async def block(self, number: int) -> memoryview:
        # Shielded: others may wait for the same bytes when one who does is cancelled.
        data = await asyncio.shield(self.task)
        return memoryview(data)[(number - self.first) * BLOCK : (number - self.first + 1) * BLOCK]

    @property
    def has_failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


class Blocks:
    """The blocks of a video of so many bytes; those that have not been read for longest are let go."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._requests: OrderedDict[int, Request] = OrderedDict()  # by block

    async def read(self, number: int, ahead: range) -> memoryview:
        """One block, while those `ahead` are fetched too. Raises what fetching it raised."""
        self._order([number, *ahead])
        request = self._requests[number]
        self._requests.move_to_end(number)
        self._forget()
        return await request.block(number)

    def halt(self) -> None:
        """Give up what is still being fetched."""
        for number, request in [*self._requests.items()]:
            if not request.task.done():
                request.task.cancel()
                del self._requests[number]

    def _order(self, wanted: list[int]) -> None:
        missing = [n for n in wanted if n not in self._requests or self._requests[n].has_failed]
        for first, stop in _runs(missing):
            fetch = self._fetch(first * BLOCK, min(self._size, stop * BLOCK))
            task = asyncio.ensure_future(fetch)
            task.add_done_callback(_seen)
            self._requests |= dict.fromkeys(range(first, stop), Request(first, task))

    def _forget(self) -> None:
        for number in [*self._requests][: max(0, len(self._requests) - MOST_BLOCKS)]:
            if self._requests[number].task.done():
                del self._requests[number]


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """First and stop of each run of neighbours among the numbers."""
    ordered = sorted(set(numbers))
    begins = [n for n in ordered if n - 1 not in ordered]
    ends = [n + 1 for n in ordered if n + 1 not in ordered]
    return zip(begins, ends, strict=True)


def _seen(task: asyncio.Future[bytes]) -> None:
    """Take note of a failure: nobody may have waited for it."""
    if not task.cancelled():
        task.exception()
