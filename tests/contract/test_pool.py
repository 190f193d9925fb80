"""The pool port: read as written, and of several writers of one version the first wins."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from shared.aws.dynamodb.pool import DynamoPools
from shared.models.pool import Pool, Pools, Sender, Window
from tests.contract.names import unique
from tests.fakes import FakePools

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(params=["fake", "dynamodb"])
def pools(request: pytest.FixtureRequest) -> Pools:
    if request.param == "fake":
        return FakePools()
    installation = request.getfixturevalue("installation")
    return DynamoPools(request.getfixturevalue("clients").dynamodb, installation.table_name("control"))


@pytest.fixture
def pool() -> Pool:
    return Pool(
        model=unique("model"),
        limit=14.85,
        units=3,
        units_at=1763884800.125,
        learnt=True,
        clean=3,
        era=17,
        settled_at=1763884801.5,
        fell_at=1763884790.5,
        fell_from=5.25,
        window=Window(calls=12, throttled=1, waited=11),
        senders=(Sender("a", 7, 0.5), Sender("b", 1, 0.0)),
        version=1,
    )


async def test_a_pool_is_read_as_written(pools: Pools, pool: Pool) -> None:
    assert await pools.read(pool.model) is None
    assert await pools.write(pool)
    assert await pools.read(pool.model) == pool


async def test_a_pool_without_senders_is_read_as_written(pools: Pools, pool: Pool) -> None:
    deserted = replace(pool, senders=(), learnt=False)
    assert await pools.write(deserted)
    assert await pools.read(pool.model) == deserted


async def test_a_version_is_replaced_by_the_next_only(pools: Pools, pool: Pool) -> None:
    await pools.write(pool)
    later = replace(pool, limit=20.0, version=2)
    assert not await pools.write(replace(pool, limit=1.0, version=1))
    assert not await pools.write(replace(pool, limit=1.0, version=3))
    assert await pools.write(later)
    assert await pools.read(pool.model) == later


async def test_of_many_writers_of_one_version_the_first_wins(pools: Pools, pool: Pool) -> None:
    await pools.write(pool)
    writers = [pools.write(replace(pool, limit=float(n), version=2)) for n in range(1, 9)]
    assert sorted(await asyncio.gather(*writers)) == [False] * 7 + [True]


async def test_pools_of_different_models_are_apart(pools: Pools, pool: Pool) -> None:
    await pools.write(pool)
    other = replace(pool, model=unique("other"))
    assert await pools.write(other)
    assert await pools.read(pool.model) == pool
