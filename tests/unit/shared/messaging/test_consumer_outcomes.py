"""How the handling of a message ends: deleted, retried, rejected, backed off, or given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from shared.messaging.consumer import Consumer
from shared.messaging.endings import Reject, Retry
from shared.messaging.queue import Message
from tests.fakes import FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


class Handler:
    """Raises the given endings in turn, then succeeds; notes when it was called."""

    def __init__(self, *endings: Exception) -> None:
        self.endings = list(endings)
        self.at: list[float] = []

    async def __call__(self, message: Message) -> None:
        self.at.append(asyncio.get_running_loop().time())
        if self.endings:
            raise self.endings.pop(0)


async def test_a_handler_that_returns_has_its_message_deleted(queue: FakeQueue, consume: Consume) -> None:
    async with consume(Handler()):
        await queue.send(["a"])
        await queue.until_empty()
    assert queue.deleted == ["a"]


async def test_retry_hands_the_message_out_again_after_its_delay(queue: FakeQueue, consume: Consume) -> None:
    await queue.send(["a"])
    handler = Handler(Retry("not yet", delay=30), Retry("at once"))
    async with consume(handler):
        await queue.until_empty()
    assert handler.at == [0, 30, 30]


async def test_reject_puts_the_message_among_the_dead_letters_now(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    handler = Handler(Reject("frame 7 is no image"))
    async with consume(handler):
        await queue.send(["a"], group="video-1")
        await queue.until_empty()
    assert dead.sent == [("a", "video-1")]
    assert queue.deleted == ["a"]
    assert len(handler.at) == 1


async def test_any_other_error_is_backed_off_longer_each_time(queue: FakeQueue, consume: Consume) -> None:
    await queue.send(["a"])
    handler = Handler(*(ValueError("a bug") for _ in range(4)))
    async with consume(handler, backoff=4.0, longest_backoff=100.0):
        await queue.until_empty()
    pauses = [after - before for before, after in zip(handler.at, handler.at[1:], strict=False)]
    for pause, longest in zip(pauses, [4, 16, 64, 100], strict=True):
        assert longest / 2 <= pause <= longest


async def test_a_handler_that_takes_too_long_is_backed_off(queue: FakeQueue, consume: Consume) -> None:
    started: list[float] = []

    async def hangs_once(_: Message) -> None:
        started.append(asyncio.get_running_loop().time())
        if len(started) == 1:
            await asyncio.Event().wait()

    await queue.send(["a"])
    async with consume(hangs_once, handler_timeout=300):
        await queue.until_empty()
    assert 301 <= started[1] <= 302


async def test_a_cancellation_that_escapes_a_handler_is_an_error_like_any_other(
    queue: FakeQueue, consume: Consume
) -> None:
    attempts: list[float] = []

    async def cancels_its_own_part(message: Message) -> None:
        attempts.append(asyncio.get_running_loop().time())
        if message.receives == 1:
            part = asyncio.create_task(asyncio.sleep(10))
            part.cancel()
            await part

    await queue.send(["a"])
    async with consume(cancels_its_own_part):
        await queue.until_empty()
    first, second = attempts
    assert 1 <= second - first <= 2


async def test_the_failure_of_one_message_touches_no_other(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    async def handler(message: Message) -> None:
        await asyncio.sleep(1)
        if message.body == "bad":
            raise Reject("bad")
        if message.body == "odd":
            raise ValueError("odd")

    async with consume(handler, max_receives=2):
        await queue.send(["a", "bad", "b", "odd", "c"])
        await queue.until_empty()
    assert sorted(dead.bodies) == ["bad", "odd"]
    assert sorted(queue.deleted) == ["a", "b", "bad", "c", "odd"]


async def test_a_give_back_that_fails_only_delays_the_message(queue: FakeQueue, consume: Consume) -> None:
    await queue.send(["a"])
    queue.faults.refuse["set_visibility"] = 1
    handler = Handler(Retry("again"))
    async with consume(handler):
        await queue.until_empty()
    assert handler.at == [0, 60]


# --- giving up


async def test_a_message_that_kills_the_process_ends_too(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    await queue.send(["killer"])
    for _ in range(8):  # processes that died with the message in hand
        await queue.receive(1)
        await asyncio.sleep(queue.visibility)
    handler = Handler()
    async with consume(handler, max_receives=8):
        await queue.until_empty()
    assert handler.at == []
    assert dead.bodies == ["killer"]


async def test_giving_up_is_told_with_the_reason_before_the_burial(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    told: list[str] = []

    async def give_up(message: Message, reason: str) -> None:
        assert not dead.sent
        told.append(f"{message.body}: {reason}")

    async with consume(Handler(Reject("no image")), give_up=give_up):
        await queue.send(["a"])
        await queue.until_empty()
    assert told == ["a: no image"]
    assert dead.bodies == ["a"]


async def test_if_telling_fails_the_message_is_not_lost(
    queue: FakeQueue, dead: FakeQueue, consume: Consume
) -> None:
    tellings: list[int] = []

    async def give_up(message: Message, _: str) -> None:
        tellings.append(message.receives)
        if len(tellings) == 1:
            raise ConnectionError("the ledger is away")

    async with consume(Handler(Reject("bad"), Reject("bad")), give_up=give_up):
        await queue.send(["a"])
        await queue.until(lambda: bool(tellings))
        await queue.until_empty()
    assert tellings == [1, 2]
    assert [body for body, _ in dead.sent] == ["a"]


@pytest.mark.parametrize("knob", ["refuse", "lose_reply"])
async def test_if_burying_fails_the_message_is_not_lost(
    queue: FakeQueue, dead: FakeQueue, consume: Consume, knob: str
) -> None:
    getattr(dead.faults, knob)["send"] = 1
    async with consume(Handler(Reject("bad"), Reject("bad"))):
        await queue.send(["a"])
        await queue.until_empty()
    assert set(dead.bodies) == {"a"}
