"""What waits is measured, and what cannot be measured harms nobody."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY

from services.controller.seeing.backlog import BacklogWatch
from shared.messaging.queue import QueueMissing
from tests.fakes import FakeQueue
from tests.unit.controller.control_room import ControlRoom, now

SECONDS = 30.0


@asynccontextmanager
async def watching(room: ControlRoom, *queues: FakeQueue, names: tuple[str, ...] = ()) -> AsyncIterator[None]:
    known = {queue.name: queue for queue in queues}

    async def open_queue(name: str) -> FakeQueue:
        if name not in known:
            raise QueueMissing(f"queue {name} does not exist")
        return known[name]

    watch = BacklogWatch([*names, *known], open_queue, room.ledger, SECONDS, clock=now)
    task = asyncio.create_task(watch.run(), name="watch")
    await asyncio.sleep(1)
    try:
        yield
    finally:
        watch.stop()
        await task


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"logostream_{name}", labels)


async def test_the_depth_of_every_queue_is_shown() -> None:
    queue = FakeQueue("watched")
    await queue.send(["a", "b", "c"])
    await queue.receive(1)
    async with watching(ControlRoom(), queue):
        assert gauge("queue_messages", queue="watched", state="visible") == 2
        assert gauge("queue_messages", queue="watched", state="in_flight") == 1


async def test_a_queue_that_is_missing_hides_no_other() -> None:
    queue = FakeQueue("there")
    await queue.send(["a"])
    async with watching(ControlRoom(), queue, names=("gone",)):
        assert gauge("queue_messages", queue="there", state="visible") == 1
        assert gauge("queue_errors_total", queue="gone") == 1


async def test_a_queue_that_is_made_later_is_seen() -> None:
    room, late = ControlRoom(), FakeQueue("late")
    known: dict[str, FakeQueue] = {}

    async def open_queue(name: str) -> FakeQueue:
        try:
            return known[name]
        except KeyError:
            raise QueueMissing(f"queue {name} does not exist") from None

    watch = BacklogWatch(["late"], open_queue, room.ledger, SECONDS, clock=now)
    task = asyncio.create_task(watch.run(), name="watch")
    await asyncio.sleep(1)
    known["late"] = late
    await late.send(["a"])
    await asyncio.sleep(SECONDS)
    assert gauge("queue_messages", queue="late", state="visible") == 1
    watch.stop()
    await task


async def test_the_age_of_the_oldest_video_and_the_nearest_deadline_are_shown() -> None:
    room = ControlRoom()
    await room.frames_arrive(10)
    await asyncio.sleep(100)
    async with watching(room):
        assert gauge("oldest_video_age_seconds") == pytest.approx(100)
        assert gauge("deadline_slack_seconds") == pytest.approx(7200 - 100)
        assert gauge("videos", state="EXTRACTING") == 1


async def test_without_work_nothing_is_old_or_late() -> None:
    async with watching(ControlRoom()):
        assert gauge("oldest_video_age_seconds") == 0
        assert gauge("deadline_slack_seconds") == math.inf
