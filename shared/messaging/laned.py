"""A queue of several lanes that hands out what is due first, as far as queues without an order let it.

A frame that comes before its turn is sent on to the lane that is served when it is due. After a crash before
it is deleted it comes twice, and counts once.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from shared.messaging import queue_trouble
from shared.messaging.lanes import comes_early, in_order, lane
from shared.messaging.messages import BadMessage, FrameReady, parse
from shared.messaging.queue import Depth, Message, Queue, QueueError
from shared.telemetry.tracing import Traces, each

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
            messages = await self._lanes[number].receive(limit)
            early = await self._send_on_early(number, messages)
            if ripe := [message for message in messages if message not in early]:
                return [replace(message, receipt=f"{number} {message.receipt}") for message in ripe]
        return []

    async def _send_on_early(self, number: int, messages: Sequence[Message]) -> list[Message]:
        """Move the frames that came too early from this lane to their own; returns those moved."""
        now = self._clock()
        by_video: defaultdict[str, list[Message]] = defaultdict(list)
        for message in messages:
            frame = _frame(message.body)
            if frame and comes_early(number, frame.deadline_at, now):
                by_video[frame.video_id].append(message)
        early = [message for own in by_video.values() for message in own]
        try:
            await self._send_anew(by_video)
            await self._lanes[number].delete(early)
        except QueueError as error:
            # Examined too early is better than received for nothing again and again, until it is given up.
            queue_trouble.tell("send on failed", self, error)
            return []
        return early

    async def _send_anew(self, by_video: Mapping[str, Sequence[Message]]) -> None:
        sending = [
            self.send([one.body for one in own], video, [one.trace for one in own])
            for video, own in by_video.items()
        ]
        for failure in filter(None, await asyncio.gather(*sending, return_exceptions=True)):
            raise failure

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
    frame = _frame(body)
    return frame.deadline_at if frame else None


def _frame(body: str) -> FrameReady | None:
    try:
        message = parse(body)
    except BadMessage:
        return None
    return message if isinstance(message, FrameReady) else None
