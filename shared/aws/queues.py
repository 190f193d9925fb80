"""Opens the queues of an installation by their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.aws.sqs import WAIT_SECONDS, open_queue
from shared.config.detectors import holds_frames
from shared.config.settings import Settings
from shared.messaging.laned import LanedQueue
from shared.messaging.lanes import LANES
from shared.messaging.queue import Queue

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient


def lane_names(name: str) -> tuple[str, ...]:
    """The names of the queues that a queue with lanes is made of."""
    return tuple(f"{name}-{n}" for n in range(LANES))


async def open_kind(
    client: SQSClient, settings: Settings, kind: str, wait_seconds: int = WAIT_SECONDS
) -> Queue:
    """Look up the queue of this kind, with its lanes if it holds frames; raises `QueueMissing`."""
    name = settings.queue_name(kind)
    if not holds_frames(kind):
        return await open_queue(client, name, wait_seconds)
    return LanedQueue(name, [await open_queue(client, lane, wait_seconds=0) for lane in lane_names(name)])
