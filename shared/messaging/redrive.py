"""Gives dead letters another try: moves them back into the queue they came from."""

from __future__ import annotations

from shared.messaging.queue import Queue

BATCH = 10


async def move_all(dead: Queue, alive: Queue) -> int:
    """Move what is there now; sent before it is deleted, so that nothing is lost in between."""
    left = (await dead.depth()).total  # a limit, or letters that die again at once would move for ever
    moved = 0
    while moved < left and (messages := await dead.receive(min(BATCH, left - moved))):
        await alive.send(
            [message.body for message in messages], traces=[message.trace for message in messages]
        )
        await dead.delete(messages)
        moved += len(messages)
    return moved
