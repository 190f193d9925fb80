"""How the consumer receives: only with a free slot, only when ready, and again after errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.config.settings import Settings
from shared.messaging.consumer import Consumer, ConsumerOptions, options_for
from shared.messaging.queue import Message
from tests.fakes import FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_never_receives_more_than_there_are_free_slots(queue: FakeQueue, consume: Consume) -> None:
    async def handler(_: Message) -> None:
        await asyncio.sleep(100)

    async with consume(handler, concurrency=3):
        await queue.send(["a", "b"])
        await asyncio.sleep(20)
        assert set(queue.limits[1:]) == {1}  # two of three slots are taken
        await queue.send(["c", "d"])
        await asyncio.sleep(1)
        polls = len(queue.limits)
        await asyncio.sleep(60)
        assert len(queue.limits) == polls  # no free slot, no poll
        assert queue.visible_bodies == ["d"]


async def test_never_asks_for_more_than_ten(queue: FakeQueue, consume: Consume) -> None:
    async def handler(_: Message) -> None:
        await asyncio.sleep(1)

    async with consume(handler, concurrency=50):
        await queue.send([str(n) for n in range(100)])
        await queue.until_empty()
    assert max(queue.limits) == 10
    assert now() < 10


async def test_a_slow_message_keeps_only_its_own_slot(queue: FakeQueue, consume: Consume) -> None:
    async def handler(message: Message) -> None:
        await asyncio.sleep(800 if message.body == "slow" else 1)

    async with consume(handler, concurrency=2):
        await queue.send(["slow", *"abcdef"])
        await queue.until(lambda: queue.bodies == ["slow"])
        assert now() < 10
        await queue.until_empty()


async def test_how_many_are_handled_at_once_may_change_at_any_time(
    queue: FakeQueue, consume: Consume
) -> None:
    running: set[str] = set()
    most = {"now": 1}
    seen: list[int] = []

    async def handler(message: Message) -> None:
        running.add(message.id)
        seen.append(len(running))
        await asyncio.sleep(1)
        running.remove(message.id)

    async with consume(handler, concurrency=5, at_once=lambda: most["now"]):
        await queue.send([str(n) for n in range(200)])
        for most["now"], allowed in ((1, 1), (4, 4), (50, 5), (2, 2)):
            await asyncio.sleep(3)  # what was received before runs out
            seen.clear()
            await asyncio.sleep(7)
            assert max(seen) == allowed
        await queue.until_empty()


def test_a_service_s_settings_make_its_options() -> None:
    options = options_for(Settings(visibility_seconds=90, drain_seconds=7), concurrency=4)
    assert (options.concurrency, options.visibility, options.heartbeat, options.drain) == (4, 90, 30, 7)


@settings(max_examples=50)
@given(
    durations=st.lists(st.floats(0, 300), max_size=25),
    concurrency=st.integers(1, 12),
)
async def test_every_message_is_handled_once_and_never_too_many_at_a_time(
    durations: list[float], concurrency: int
) -> None:
    queue = FakeQueue("frames")
    running: set[str] = set()
    handled: list[str] = []

    async def handler(message: Message) -> None:
        running.add(message.id)
        assert len(running) <= concurrency
        await asyncio.sleep(float(message.body))
        running.discard(message.id)
        handled.append(message.body)

    consumer = Consumer(queue, handler, ConsumerOptions(concurrency), dead=FakeQueue("frames-dead"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(consumer.run())
        await queue.send([str(duration) for duration in durations])
        await queue.until_empty()
        consumer.stop()
    assert sorted(handled) == sorted(map(str, durations))


# --- after errors


async def test_a_failed_receive_is_tried_again_after_growing_pauses(
    queue: FakeQueue, consume: Consume
) -> None:
    await queue.send(["a"])
    queue.faults.refuse["receive"] = 3

    async def handler(_: Message) -> None:
        assert now() == 1 + 2 + 4

    async with consume(handler):
        await queue.until_empty()


async def test_the_pause_after_errors_has_a_limit_and_starts_small_again(
    queue: FakeQueue, consume: Consume
) -> None:
    handled: list[float] = []

    async def handler(_: Message) -> None:
        handled.append(now())

    await queue.send(["a"])
    queue.faults.refuse["receive"] = 8
    async with consume(handler):
        await queue.until_empty()
        queue.faults.refuse["receive"] = 1
        await asyncio.sleep(queue.wait + 0.5)  # the poll under way ends, the next one fails
        await queue.send(["b"])
        await queue.until_empty()
    assert handled == [1 + 2 + 4 + 8 + 16 + 30 + 30 + 30, handled[0] + queue.wait + 1]


async def test_stop_ends_the_pause_after_an_error(queue: FakeQueue, consume: Consume) -> None:
    queue.faults.refuse["receive"] = 100
    async with consume(_unused):
        await asyncio.sleep(100)
    assert now() == 100


# --- the gate


async def test_waiting_for_ready_costs_no_receive_count(queue: FakeQueue, consume: Consume) -> None:
    receives: list[int] = []

    async def handler(message: Message) -> None:
        receives.append(message.receives)

    async def model_runs() -> None:
        await asyncio.sleep(600)

    await queue.send(["a"])
    async with consume(handler, ready=model_runs):
        await asyncio.sleep(599)
        assert not queue.limits
        await queue.until_empty()
    assert receives == [1]


async def test_ready_is_asked_before_each_poll(queue: FakeQueue, consume: Consume) -> None:
    order: list[str] = []

    async def ready() -> None:
        order.append("ready")
        assert len(order) == len(queue.limits) + 1

    async with consume(_unused, ready=ready):
        await asyncio.sleep(60)
    assert len(order) > 10


async def test_stop_ends_the_wait_for_ready(queue: FakeQueue, consume: Consume) -> None:
    async def never() -> None:
        await asyncio.sleep(1e6)

    async with consume(_unused, ready=never):
        await asyncio.sleep(10)
    assert now() == 10
    assert not queue.limits


async def test_an_error_of_ready_ends_the_run(queue: FakeQueue, dead: FakeQueue) -> None:
    async def ready() -> None:
        raise PermissionError("the model's ARN is wrong")

    with pytest.raises(ExceptionGroup) as raised:
        await Consumer(queue, _unused, ConsumerOptions(), dead=dead, ready=ready).run()
    assert raised.group_contains(PermissionError, match="ARN")


async def _unused(_: Message) -> None:
    raise AssertionError("no message was to be handled")
