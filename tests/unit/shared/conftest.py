"""A queue with dead letters, a consumer that runs for the length of a block, and a server that plays AWS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from shared.aws.clients import Clients
from shared.aws.clients import clients as aws_clients
from shared.messaging.consumer import Consumer, ConsumerOptions, GiveUp, Handler, always_ready
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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[AwsServer]:
    server = AwsServer()
    async with serving(server) as address:
        server.address = address
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clients(server: AwsServer) -> AsyncIterator[Clients]:
    """Clients that are connected to `aws`, for tests in real time."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", server.address)
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        async with aws_clients() as opened:
            yield opened


@pytest.fixture
def aws(server: AwsServer) -> AwsServer:
    """A server that answers as AWS would, once told how."""
    server.replies.clear()
    server.requests.clear()
    return server


@pytest.fixture
def open_clients(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Opens clients of its own for the length of a block, as the environment says then."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.address)
    return aws_clients
