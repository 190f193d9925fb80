"""Teardown finds what `provision` made by its tag, leaves alone what others made, removes the rest whole."""

from __future__ import annotations

import pytest

from shared.aws.clients import Clients
from shared.aws.installation import teardown
from shared.aws.installation.provision import provision
from shared.aws.installation.teardown import Kind
from shared.config.settings import DetectingSettings, load
from tests.contract.names import unique

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


async def made(clients: Clients) -> DetectingSettings:
    """An installation of its own."""
    name = unique("teardown")
    settings = load(
        DetectingSettings, prefix=name, frames_bucket=f"{name}-frames", results_bucket=f"{name}-results"
    )
    await provision(clients, settings, f"{name}-videos")
    return settings


async def test_all_that_was_made_is_found_and_removed_with_its_contents(clients: Clients) -> None:
    settings = await made(clients)
    for number in range(3):
        await clients.s3.put_object(Bucket=settings.frames_bucket, Key=f"{number}.jpg", Body=b"x")
    found = await teardown.find(clients, settings)
    assert all(thing.ours for thing in found)
    assert {thing.name for thing in found if thing.kind is Kind.BUCKET} == {
        f"{settings.prefix}-{kind}" for kind in ("videos", "frames", "results")
    }
    assert {thing.kind for thing in found} == set(Kind)
    for thing in found:
        await teardown.remove(clients, thing)
    assert await teardown.find(clients, settings) == []


async def test_what_carries_no_tag_of_ours_is_told_as_such(clients: Clients) -> None:
    settings = await made(clients)
    await clients.sqs.create_queue(QueueName=f"{settings.prefix}-foreign")
    await clients.s3.create_bucket(Bucket=f"{settings.prefix}-foreign")
    found = await teardown.find(clients, settings)
    assert [thing.name for thing in found if not thing.ours] == [f"{settings.prefix}-foreign"]
    assert all(thing.name != f"{settings.prefix}-foreign" for thing in found if thing.kind is Kind.BUCKET)


async def test_another_installation_is_not_touched(clients: Clients) -> None:
    one, other = await made(clients), await made(clients)
    names = {thing.name for thing in await teardown.find(clients, one)}
    assert all(other.prefix not in name for name in names)
