"""A queue with dead letters, and a consumer that runs for the length of a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from shared.messaging.consumer import Consumer, ConsumerOptions, GiveUp, Handler, always_ready
from tests.fakes import FakeQueue

Consume = Callable[..., AbstractAsyncContextManager[Consumer]]


@pytest.fixture
def dead() -> FakeQueue:
    return FakeQueue("frames-dead")


@pytest.fixture
def queue(dead: FakeQueue) -> FakeQueue:
    return FakeQueue("frames", dead=dead)


@pytest.fixture
def consume(queue: FakeQueue, dead: FakeQueue) -> Consume:
    """`async with consume(handler, concurrency=2): …` stops the consumer at the end and awaits its drain."""

    @asynccontextmanager
    async def consuming(
        handler: Handler,
        *,
        ready: Callable[[], Awaitable[None]] = always_ready,
        at_once: Callable[[], int] | None = None,
        give_up: GiveUp | None = None,
        **options: Any,
    ) -> AsyncIterator[Consumer]:
        consumer = Consumer(
            queue,
            handler,
            ConsumerOptions(**options),
            dead=dead,
            ready=ready,
            at_once=at_once,
            give_up=give_up,
        )
        run = asyncio.create_task(consumer.run(), name="consumer")
        try:
            yield consumer
        finally:
            consumer.stop()
            await run

    return consuming
