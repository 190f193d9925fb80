"""The pace of one replica: calls wait for their turn on the loop's clock."""

from __future__ import annotations

import asyncio

import pytest

from services.detector.pace import Pace


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_calls_that_arrive_together_are_spread_evenly() -> None:
    pace, turns = Pace(initial=4.0, highest=50.0), []

    async def call() -> None:
        await pace.turn()
        turns.append(now())

    await asyncio.gather(*[call() for _ in range(9)])
    assert turns == pytest.approx([n / 4 for n in range(9)])


async def test_a_throttle_slows_the_calls_that_follow() -> None:
    pace = Pace(initial=10.0, highest=10.0)
    pace.throttled()
    started = now()
    for _ in range(8):
        await pace.turn()
    assert now() - started == pytest.approx(8 / 7)


async def test_a_replica_never_starts_above_its_highest_rate() -> None:
    pace = Pace(initial=50.0, highest=1.0)
    started = now()
    for _ in range(5):
        await pace.turn()
        pace.succeeded()
    assert now() - started == pytest.approx(4.0)
