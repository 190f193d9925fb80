"""How the consumer stops: from front to back, leaving nothing invisible; and how a bug in it ends it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.consumer import FLUSH_SECONDS, Consumer, ConsumerOptions
from shared.messaging.endings import Retry
from shared.messaging.queue import Message
from tests.fakes import Crash, FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


def now() -> float:
    return asyncio.get_running_loop().time()


async def hang(_: Message) -> None:
    await asyncio.Event().wait()


async def fifty_seconds(_: Message) -> None:
    await asyncio.sleep(50)


async def test_a_long_poll_is_never_cancelled_by_stop_and_what_it_brings_goes_back_at_once(
    queue: FakeQueue, consume: Consume
) -> None:
    async with consume(hang) as consumer:
        await asyncio.sleep(1)
        consumer.stop()
        await asyncio.sleep(1)
        await queue.send(["late"])
    assert now() == 2
    assert queue.visible_bodies == ["late"]
    assert (await queue.receive(1))[0].receives == 2  # the poll did take it


async def test_what_the_last_poll_brings_does_not_wait_for_the_drain(
    queue: FakeQueue, consume: Consume
) -> None:
    await queue.send(["hung"])
    async with consume(hang, drain=20) as consumer:
        await asyncio.sleep(1)
        consumer.stop()
        await queue.send(["late"])
        await asyncio.sleep(1)
        assert queue.visible_bodies == ["late"]


async def test_an_idle_consumer_stops_within_one_long_poll(queue: FakeQueue, consume: Consume) -> None:
    async with consume(hang):
        await asyncio.sleep(12)
    assert now() <= 12 + queue.wait


async def test_stop_ends_the_wait_for_a_slot(queue: FakeQueue, consume: Consume) -> None:
    await queue.send(["a", "b"])
    async with consume(hang, concurrency=1, drain=20):
        await asyncio.sleep(10)
    assert now() == 30
    assert len(queue.limits) == 1


async def test_stop_lets_work_in_hand_finish_and_renews_it_meanwhile(
    queue: FakeQueue, consume: Consume
) -> None:
    async def handler(_: Message) -> None:
        await asyncio.sleep(150)

    await queue.send(["a"])
    async with consume(handler, drain=200):
        await asyncio.sleep(10)
    assert queue.deleted == ["a"]
    assert [renewal.at for renewal in queue.renewals] == [20.0 * n for n in range(1, 8)]


async def test_stop_gives_back_at_once_what_does_not_finish_in_time(
    queue: FakeQueue, consume: Consume
) -> None:
    await queue.send(["a", "b"])
    async with consume(hang, drain=20):
        await asyncio.sleep(10)
    assert queue.visible_bodies == ["a", "b"]


async def test_stop_waits_for_the_last_deletes(queue: FakeQueue, consume: Consume) -> None:
    await queue.send(["a", "b"])
    queue.faults.refuse["delete"] = 2
    async with consume(fifty_seconds, drain=60):
        await asyncio.sleep(10)
    assert sorted(queue.deleted) == ["a", "b"]


async def test_deletes_that_are_not_confirmed_in_time_go_back_to_the_queue(
    queue: FakeQueue, consume: Consume
) -> None:
    await queue.send(["a"])
    queue.faults.refuse["delete"] = 100
    async with consume(fifty_seconds, drain=60):
        await asyncio.sleep(10)
    assert now() == 50 + FLUSH_SECONDS
    assert queue.visible_bodies == ["a"]


async def test_stop_goes_from_front_to_back(queue: FakeQueue, consume: Consume) -> None:
    async def handler(message: Message) -> None:
        await (fifty_seconds if message.body == "fast" else hang)(message)

    await queue.send(["fast", "hung"])
    async with consume(handler, concurrency=2, drain=60) as consumer:
        await asyncio.sleep(45)
        queue.faults.calls.clear()
        consumer.stop()
    order = list(dict.fromkeys(queue.faults.calls))
    assert order == ["delete", "set_visibility"]  # no poll; deleted, renewed, and given back last
    assert queue.renewals[-1].seconds == 0
    assert now() == 105


@pytest.mark.parametrize("early", [True, False])
async def test_stop_may_come_before_the_run_and_more_than_once(
    queue: FakeQueue, dead: FakeQueue, early: bool
) -> None:
    consumer = Consumer(queue, hang, ConsumerOptions(), dead=dead)
    if early:
        consumer.stop()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(consumer.run())
        await asyncio.sleep(1)
        consumer.stop()
        consumer.stop()
    assert not (early and queue.limits)


@settings(max_examples=50)
@given(
    durations=st.lists(st.floats(0, 100), max_size=12),
    stop_at=st.floats(0, 150),
    drain=st.floats(0, 40),
    concurrency=st.integers(1, 12),
    refused=st.integers(0, 3),
    latency=st.floats(0, 2),
    duplicates=st.randoms(use_true_random=False),
)
async def test_whenever_it_stops_nothing_is_lost_and_nothing_stays_invisible(
    durations: list[float],
    stop_at: float,
    drain: float,
    concurrency: int,
    refused: int,
    latency: float,
    duplicates: random.Random,
) -> None:
    queue = FakeQueue("frames", dead=FakeQueue("frames-dead"))
    queue.faults.refuse["delete"] = refused
    queue.faults.latency = latency
    queue.repeats = lambda: duplicates.random() < 0.1
    finished: set[str] = set()

    async def handler(message: Message) -> None:
        duration = float(message.body.split()[1])
        await asyncio.sleep(duration)
        if message.receives == 1 and duration > 50:
            raise Retry("once more")
        finished.add(message.body)

    options = ConsumerOptions(concurrency, drain=drain)
    consumer = Consumer(queue, handler, options, dead=FakeQueue("frames-dead"))
    bodies = {f"{n} {duration}" for n, duration in enumerate(durations)}
    await queue.send(sorted(bodies))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(consumer.run())
        await asyncio.sleep(stop_at)
        consumer.stop()
    assert set(queue.deleted) | set(queue.visible_bodies) == bodies
    assert set(queue.deleted) <= finished
    assert queue.bodies == queue.visible_bodies


# --- bugs


@pytest.mark.parametrize("call", ["receive", "delete", "set_visibility"])
async def test_a_bug_in_any_part_ends_the_run_with_its_error(
    queue: FakeQueue, dead: FakeQueue, call: str
) -> None:
    async def handler(message: Message) -> None:
        if message.body != "fast":
            await hang(message)

    queue.faults.error = ZeroDivisionError
    queue.faults.refuse[call] = 1
    await queue.send(["fast", "hung"])
    with pytest.raises(ExceptionGroup) as raised:
        await Consumer(queue, handler, ConsumerOptions(), dead=dead).run()
    assert raised.group_contains(ZeroDivisionError)
    assert now() <= 20  # at the latest with the first heartbeat


async def test_the_death_of_the_process_is_not_survived(queue: FakeQueue, dead: FakeQueue) -> None:
    async def handler(_: Message) -> None:
        raise Crash("power cut")

    await queue.send(["a"])
    with pytest.raises(BaseExceptionGroup) as raised:
        await Consumer(queue, handler, ConsumerOptions(), dead=dead).run()
    assert raised.group_contains(Crash)
    await asyncio.sleep(queue.visibility)
    assert queue.visible_bodies == ["a"]  # lost nothing after one visibility timeout


async def test_a_run_that_is_cancelled_ends_its_handlers(queue: FakeQueue, dead: FakeQueue) -> None:
    await queue.send(["a"])
    run = asyncio.create_task(Consumer(queue, hang, ConsumerOptions(), dead=dead).run())
    await asyncio.sleep(1)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("handle")]
