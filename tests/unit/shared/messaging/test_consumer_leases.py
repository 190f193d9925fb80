"""How the consumer holds what is its own: renewed by one loop until the delete is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from prometheus_client import REGISTRY

from shared.messaging.consumer import Consumer
from shared.messaging.endings import Retry
from shared.messaging.queue import Message
from tests.fakes import FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


class Handler:
    """Takes so many seconds for each message; `started` holds the receive count of each call."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.started: list[int] = []

    async def __call__(self, message: Message) -> None:
        self.started.append(message.receives)
        await asyncio.sleep(self.seconds)


def leases_lost() -> float:
    return REGISTRY.get_sample_value("logostream_leases_lost_total", {"queue": "frames"}) or 0.0


async def test_whatever_is_ours_is_renewed_until_it_is_deleted(queue: FakeQueue, consume: Consume) -> None:
    handler = Handler(seconds=1199)
    queue.faults.refuse["delete"] = 200  # seconds until the delete is confirmed
    async with consume(handler, handler_timeout=3600):
        await queue.send(["a"])
        await queue.until_empty()
        await asyncio.sleep(100)
    assert handler.started == [1]
    held = [renewal for renewal in queue.renewals if renewal.ids]
    assert [renewal.at for renewal in held] == pytest.approx([20.0 * n for n in range(1, 71)])
    assert {renewal.seconds for renewal in held} == {60}


async def test_one_loop_renews_all_that_is_held(queue: FakeQueue, consume: Consume) -> None:
    async with consume(Handler(seconds=50), concurrency=25):
        await queue.send([str(n) for n in range(25)])
        await queue.until_empty()
    assert [len(renewal.ids) for renewal in queue.renewals] == [25, 25]


async def test_failed_renewals_are_tried_again_before_a_message_is_lost(
    queue: FakeQueue, consume: Consume
) -> None:
    handler = Handler(seconds=300)
    async with consume(handler):
        await queue.send(["a"])
        await asyncio.sleep(90)
        queue.faults.refuse["set_visibility"] = 30
        await queue.until_empty()
    assert handler.started == [1]


async def test_a_renewal_that_is_never_answered_costs_no_lease(queue: FakeQueue, consume: Consume) -> None:
    before = leases_lost()
    handler = Handler(seconds=300)
    async with consume(handler):
        await queue.send(["a"])
        await asyncio.sleep(90)
        queue.faults.latency = 3600.0
        await asyncio.sleep(20)  # the next renewal hangs
        queue.faults.latency = 0.0
        while not queue.deleted:
            assert queue.visible_bodies == []
            await asyncio.sleep(1)
    assert handler.started == [1]
    assert leases_lost() == before


async def test_a_lost_lease_is_counted_and_not_fought(queue: FakeQueue, consume: Consume) -> None:
    before = leases_lost()
    handler = Handler(seconds=100)
    queue.faults.refuse["set_visibility"] = 40
    async with consume(handler):
        await queue.send(["a"])
        await queue.until_empty()
    assert handler.started == [1, 2]  # the one who has it now finishes it
    assert leases_lost() > before
    assert queue.deleted == ["a"]


async def test_a_message_deleted_while_it_was_renewed_is_no_lost_lease(
    queue: FakeQueue, consume: Consume
) -> None:
    before = leases_lost()
    queue.faults.latency = 0.5
    async with consume(Handler(seconds=19.1)):  # its delete overtakes the renewal at 20
        await queue.send(["a"])
        await queue.until_empty()
        await asyncio.sleep(5)
    assert queue.renewals
    assert leases_lost() == before


async def test_what_is_given_back_while_it_is_renewed_stays_given_back(
    queue: FakeQueue, consume: Consume
) -> None:
    started: list[float] = []

    async def handler(_: Message) -> None:
        started.append(asyncio.get_running_loop().time())
        if len(started) == 1:
            await asyncio.sleep(20.5)
            queue.faults.latency = 0.0  # the give-back could overtake the renewal of 20
            raise Retry("soon", delay=10)

    async with consume(handler):
        await queue.send(["a"])
        await asyncio.sleep(19)
        queue.faults.latency = 2.0
        await queue.until_empty()
    assert started == [0.0, 32.0]


# --- deletes


async def test_deletes_are_batched_by_ten(queue: FakeQueue, consume: Consume) -> None:
    async with consume(Handler(seconds=10), concurrency=25):
        await queue.send([str(n) for n in range(25)])
        await queue.until_empty()
    assert queue.faults.calls.count("delete") == 3


async def test_a_lone_delete_waits_a_tenth_of_a_second_for_company(
    queue: FakeQueue, consume: Consume
) -> None:
    async with consume(Handler()):
        await queue.send(["a"])
        await queue.until_empty()
        assert asyncio.get_running_loop().time() == 0.1


async def test_what_was_not_deleted_is_tried_again_until_confirmed(
    queue: FakeQueue, consume: Consume
) -> None:
    handler = Handler()
    queue.faults.refuse["delete"] = 2
    queue.fail_entries["delete"] = 7
    async with consume(handler, concurrency=5):
        await queue.send([str(n) for n in range(5)])
        await queue.until_empty()
    assert sorted(queue.deleted) == ["0", "1", "2", "3", "4"]
    assert handler.started == [1] * 5


async def test_a_delete_whose_reply_is_lost_is_harmless(queue: FakeQueue, consume: Consume) -> None:
    queue.faults.lose_reply["delete"] = 1
    async with consume(Handler()):
        await queue.send(["a", "b"])
        await queue.until_empty()
        await asyncio.sleep(10)
    assert sorted(queue.deleted) == ["a", "b"]
