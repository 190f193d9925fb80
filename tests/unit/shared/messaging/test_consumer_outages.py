"""Outages: they cost a message no receive, and end neither it nor the telling of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from shared.messaging.consumer import Consumer
from shared.messaging.endings import Reject
from shared.messaging.patience import LONGEST_OUTAGE
from shared.messaging.queue import Message, QueueAway
from shared.outage import is_outage
from shared.storage.objects import ObjectMissing, ObjectsAway
from shared.videos.ledger import LedgerAway
from tests.fakes import FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


class Handler:
    """Fails with this error until so many seconds have passed; notes when, and at which receive."""

    def __init__(self, error: Exception, seconds: float) -> None:
        self.error = error
        self.over_at = _now() + seconds
        self.at: list[float] = []
        self.receives: list[int] = []

    async def __call__(self, message: Message) -> None:
        self.at.append(_now())
        self.receives.append(message.receives)
        if _now() < self.over_at:
            raise self.error


def _now() -> float:
    return asyncio.get_running_loop().time()


AWAY = LedgerAway("DynamoDB: 503")


@pytest.mark.parametrize("error", [AWAY, ExceptionGroup("uploads", [ObjectsAway("SlowDown"), AWAY])])
async def test_an_outage_of_an_hour_costs_no_receive(
    queue: FakeQueue, dead: FakeQueue, consume: Consume, error: Exception
) -> None:
    handler = Handler(error, LONGEST_OUTAGE - 60)
    async with consume(handler):
        await queue.send(["a"])
        await queue.until_empty()
    assert set(handler.receives) == {1}
    assert (queue.deleted, dead.bodies) == (["a"], [])


async def test_what_is_away_is_asked_again_soon_at_first_and_seldom_later(
    queue: FakeQueue, consume: Consume
) -> None:
    handler = Handler(AWAY, 1800)
    async with consume(handler):
        await queue.send(["a"])
        await queue.until_empty()
    pauses = [after - before for before, after in zip(handler.at, handler.at[1:], strict=False)]
    assert pauses[0] <= 1
    assert max(pauses) <= 30
    assert len(pauses) < 1800 / 10


async def test_nothing_is_received_while_all_slots_wait(queue: FakeQueue, consume: Consume) -> None:
    handler = Handler(AWAY, 600)
    async with consume(handler, concurrency=2):
        await queue.send(["a", "b", "c"])
        await asyncio.sleep(500)
        assert queue.visible_bodies == ["c"]
        await queue.until_empty()
    assert set(handler.receives) == {1}


async def test_a_message_that_alone_meets_an_outage_without_end_is_given_up(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    handler = Handler(AWAY, 1e9)
    async with consume(handler, max_receives=2):
        await queue.send(["a"])
        await queue.until_empty()
    assert dead.bodies == ["a"]
    assert _now() > 2 * LONGEST_OUTAGE


async def test_a_stop_during_an_outage_gives_the_message_back(queue: FakeQueue, consume: Consume) -> None:
    async with consume(Handler(AWAY, 1e9), drain=20):
        await queue.send(["a"])
        await asyncio.sleep(100)
        stopped_at = _now()
    assert _now() - stopped_at <= 20
    assert queue.visible_bodies == ["a"]


async def test_the_end_of_a_message_is_told_however_long_nobody_could_hear_it(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    telling = Handler(QueueAway("queue results: 503"), 1800)

    async def give_up(message: Message, _: str) -> None:
        await telling(message)

    async def rejects(_: Message) -> None:
        raise Reject("no image")

    async with consume(rejects, give_up=give_up):
        await queue.send(["a"])
        await queue.until_empty()
    assert set(telling.receives) == {1}
    assert dead.bodies == ["a"]


def test_a_group_is_an_outage_if_nothing_else_is_in_it() -> None:
    assert is_outage(ExceptionGroup("", [AWAY, ExceptionGroup("", [AWAY])]))
    assert not is_outage(ExceptionGroup("", [AWAY, ObjectMissing("gone")]))
