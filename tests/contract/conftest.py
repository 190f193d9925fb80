"""The contract suite: the same promises are asked of each fake and of its adapter on the embedded AWS.

MiniStack starts with the first test that needs it, once in each worker process; every module has an
installation of its own in it, with random names.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
import pytest_asyncio

from shared.aws.clients import Clients
from shared.aws.clients import clients as aws_clients
from shared.aws.installation.provision import provision
from shared.config.settings import DetectingSettings, load
from tests import localstack, ministack
from tests.contract.names import unique


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ministack.require()
    with ministack.running(tmp_path_factory.mktemp("ministack")) as address:
        yield address


@pytest.fixture(scope="session")
def endpoints(embedded_aws: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The variables that lead to AWS: to MiniStack, or for all but DynamoDB to LocalStack."""
    with localstack.in_place_of(embedded_aws, tmp_path_factory.mktemp("localstack")) as variables:
        yield variables


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clients(endpoints: Mapping[str, str]) -> AsyncIterator[Clients]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in endpoints.items():
            environment.setenv(name, value)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        async with aws_clients() as opened:
            yield opened


@pytest.fixture(scope="module")
def settings() -> DetectingSettings:
    """The names of this module's own installation."""
    name = unique("contract")
    return load(
        DetectingSettings, prefix=name, frames_bucket=f"{name}-frames", results_bucket=f"{name}-results"
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installation(clients: Clients, settings: DetectingSettings) -> DetectingSettings:
    await provision(clients, settings, f"{settings.prefix}-videos")
    return settings
