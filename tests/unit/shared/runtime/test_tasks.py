"""Tasks beside a block: they end with it, and their errors end it."""

from __future__ import annotations

import asyncio

import pytest

from shared.runtime.tasks import beside


async def tick(ticks: list[int]) -> None:
    while True:
        await asyncio.sleep(1)
        ticks.append(1)


async def break_down() -> None:
    await asyncio.sleep(1)
    raise ZeroDivisionError


async def test_the_work_goes_on_for_the_time_of_the_block_and_no_longer() -> None:
    ticks: list[int] = []
    async with beside(tick(ticks), "ticks"):
        await asyncio.sleep(5.5)
    await asyncio.sleep(10)
    assert len(ticks) == 5


async def test_work_that_fails_ends_the_block() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with beside(break_down(), "fragile"):
            await asyncio.sleep(3600)
    assert caught.group_contains(ZeroDivisionError)
