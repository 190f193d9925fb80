"""A server that plays AWS, and clients that are connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from shared.aws.clients import Clients
from shared.aws.clients import clients as aws_clients
from tests.unit.shared.aws.aws_server import AwsServer, serving


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
