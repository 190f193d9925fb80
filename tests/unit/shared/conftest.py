"""A queue with dead letters, a consumer that runs for the length of a block, and a server that plays AWS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from shared.aws import Clients
from shared.aws import clients as aws_clients
from shared.consumer import Consumer, ConsumerOptions, GiveUp, Handler, always_ready
from tests.fakes import FakeQueue
from tests.unit.shared.aws_server import AwsServer, serving

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
        give_up: GiveUp | None = None,
        **options: Any,
    ) -> AsyncIterator[Consumer]:
        consumer = Consumer(
            queue, handler, ConsumerOptions(**options), dead=dead, ready=ready, give_up=give_up
        )
        run = asyncio.create_task(consumer.run(), name="consumer")
        try:
            yield consumer
        finally:
            consumer.stop()
            await run

    return consuming


@pytest.fixture
async def aws() -> AsyncIterator[AwsServer]:
    """A server that answers as AWS would; `clients` are connected to it. For tests in real time."""
    server = AwsServer()
    async with serving(server) as address:
        server.address = address
        yield server


@pytest.fixture
async def clients(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clients]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    async with aws_clients() as opened:
        yield opened
