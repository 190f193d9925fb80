"""The queues of an installation: their kinds, and how each is made and opened."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shared.aws.clients import Clients
from shared.aws.installation.tagged import TAG
from shared.aws.sqs import WAIT_SECONDS, open_queue
from shared.config.detectors import frames_queue, holds_frames
from shared.config.settings import Settings
from shared.messaging.laned import LanedQueue
from shared.messaging.lanes import LANES
from shared.messaging.queue import Queue

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient

MAX_RECEIVES = 10  # the last net; the consumer gives up, and says so, before
DEAD_RETENTION_SECONDS = 14 * 24 * 3600  # SQS's longest


def queue_kinds(detectors: Iterable[str]) -> tuple[str, ...]:
    """The kinds of all queues of an installation with these detectors."""
    return ("videos", "chunks", *map(frames_queue, detectors), "results")


def with_dead_letters(detectors: Iterable[str]) -> tuple[str, ...]:
    """The kinds of all queues, each followed by that of its dead letters."""
    return tuple(kind for queue in queue_kinds(detectors) for kind in (queue, f"{queue}-dead"))


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


async def make_queue(clients: Clients, settings: Settings, kind: str) -> dict[str, str]:
    """Create the queue of this kind, or its lanes, and the dead letters of all; returns the ARNs, by name."""
    name = settings.queue_name(kind)
    dead = await _queue(
        clients, settings, f"{name}-dead", {"MessageRetentionPeriod": str(DEAD_RETENTION_SECONDS)}
    )
    redrive = {"deadLetterTargetArn": dead, "maxReceiveCount": MAX_RECEIVES}
    attributes = {
        "VisibilityTimeout": str(settings.visibility_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    names = lane_names(name) if holds_frames(kind) else (name,)
    return {each: await _queue(clients, settings, each, attributes) for each in names}


async def _queue(clients: Clients, settings: Settings, name: str, attributes: dict[Any, str]) -> str:
    made = await clients.sqs.create_queue(QueueName=name, Attributes=attributes, tags={TAG: settings.prefix})
    reply = await clients.sqs.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
    return reply["Attributes"]["QueueArn"]
