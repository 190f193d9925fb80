"""A queue of several lanes that hands out what is due first, as far as queues without an order let it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from shared.lanes import in_order, lane
from shared.messages import BadMessage, FrameReady, parse
from shared.queue import Depth, Message, Queue
from shared.tracing import Traces, each

IDLE_SECONDS = 1.0  # between two looks at lanes that are all empty; each look asks every lane


class LanedQueue:
    """`Queue` over lanes that answer at once when empty; the deadline of a frame says which is its own."""

    def __init__(self, name: str, lanes: Sequence[Queue], clock: Callable[[], float] = time.time) -> None:
        self.name = name
        self._lanes = lanes
        self._clock = clock
        self._were_empty = False

    async def receive(self, limit: int) -> list[Message]:
        messages = [] if self._were_empty else await self._look(limit)
        if not messages:
            await asyncio.sleep(IDLE_SECONDS)
            messages = await self._look(limit)
        self._were_empty = not messages
        return messages

    async def delete(self, messages: Sequence[Message]) -> list[Message]:
        return await self._in_lanes(messages, lambda queue, own: queue.delete(own))

    async def set_visibility(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        return await self._in_lanes(messages, lambda queue, own: queue.set_visibility(own, seconds))

    async def send(self, bodies: Sequence[str], group: str | None = None, traces: Traces = ()) -> None:
        now = self._clock()
        by_lane: defaultdict[int, list[tuple[str, str | None]]] = defaultdict(list)
        for body, trace in zip(bodies, each(traces, len(bodies)), strict=True):
            by_lane[lane(_due(body), now)].append((body, trace))
        for number, own in by_lane.items():
            await self._lanes[number].send([body for body, _ in own], group, [trace for _, trace in own])

    async def depth(self) -> Depth:
        depths = [await queue.depth() for queue in self._lanes]
        return Depth(
            visible=sum(depth.visible for depth in depths),
            in_flight=sum(depth.in_flight for depth in depths),
            delayed=sum(depth.delayed for depth in depths),
        )

    async def _look(self, limit: int) -> list[Message]:
        for number in in_order(self._clock()):
            if messages := await self._lanes[number].receive(limit):
                return [replace(message, receipt=f"{number} {message.receipt}") for message in messages]
        return []

    async def _in_lanes(
        self,
        messages: Sequence[Message],
        act: Callable[[Queue, Sequence[Message]], Awaitable[list[Message]]],
    ) -> list[Message]:
        """Act on each message in the lane it came from, which its receipt names; returns what was left."""
        ours: defaultdict[int, dict[str, Message]] = defaultdict(dict)
        for message in messages:
            number_of, _, receipt = message.receipt.partition(" ")
            ours[int(number_of)][receipt] = message
        left = []
        for number, own in ours.items():
            bare = [replace(message, receipt=receipt) for receipt, message in own.items()]
            left += [own[message.receipt] for message in await act(self._lanes[number], bare)]
        return left


def _due(body: str) -> float | None:
    try:
        message = parse(body)
    except BadMessage:
        return None
    return message.deadline_at if isinstance(message, FrameReady) else None
