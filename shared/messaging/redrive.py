"""Gives dead letters another try: moves them back into the queue they came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from shared.messaging.queue import Message, Queue

BATCH = 10


async def move_all(dead: Queue, alive: Queue) -> int:
    """Move what is there now; sent before it is deleted, so that nothing is lost in between."""
    left = (await dead.depth()).total  # a limit, or letters that die again at once would move for ever
    moved = 0
    while moved < left and (messages := await dead.receive(min(BATCH, left - moved))):
        await _send_anew(alive, messages)
        await dead.delete(messages)
        moved += len(messages)
    return moved


async def _send_anew(alive: Queue, messages: Sequence[Message]) -> None:
    """Each with its group, so that many letters of one video do not hold up the others'."""
    by_group: defaultdict[str | None, list[Message]] = defaultdict(list)
    for message in messages:
        by_group[message.group].append(message)
    for group, own in by_group.items():
        await alive.send([one.body for one in own], group, [one.trace for one in own])
