"""A child has its time, all of it and no more, whenever it is used."""

from __future__ import annotations

import asyncio

import pytest

from services.extractor.isolation.allowance import Allowance


async def test_time_is_used_up_over_many_waits() -> None:
    allowance = Allowance(10)
    for _ in range(3):
        async with allowance.running():
            await asyncio.sleep(3)
        await asyncio.sleep(100)  # ours
    with pytest.raises(TimeoutError):
        async with allowance.running():
            await asyncio.sleep(1.1)


async def fetches(allowance: Allowance, began: asyncio.Event, seconds: float) -> None:
    await began.wait()
    with allowance.stopped():
        await asyncio.sleep(seconds)


@pytest.mark.parametrize("own", [9, 11])
async def test_the_clock_stands_while_the_child_waits_for_us(own: float) -> None:
    allowance, began = Allowance(10), asyncio.Event()
    fetch = asyncio.create_task(fetches(allowance, began, 1000))
    try:
        async with allowance.running():
            await asyncio.sleep(4)
            began.set()
            await fetch
            await asyncio.sleep(own - 4)
    except TimeoutError:
        assert own > 10
    else:
        assert own < 10


async def test_a_wait_that_begins_while_we_fetch_counts_from_the_answer() -> None:
    allowance, began = Allowance(10), asyncio.Event()
    began.set()
    fetch = asyncio.create_task(fetches(allowance, began, 1000))
    await asyncio.sleep(500)
    async with allowance.running():
        await fetch
        await asyncio.sleep(9)
    with pytest.raises(TimeoutError):
        async with allowance.running():
            await asyncio.sleep(1.1)


async def test_an_answer_after_the_end_changes_nothing() -> None:
    allowance = Allowance(1)
    with pytest.raises(TimeoutError):
        async with allowance.running():
            await asyncio.sleep(2)
    with allowance.stopped():
        await asyncio.sleep(1)
