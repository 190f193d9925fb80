"""The pace of one replica: calls wait for their turn on the loop's clock, and are counted."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from services.detector.pacing.membership import LEASE
from services.detector.pacing.pace import Pace, StoodDown
from services.detector.pacing.slots import Share
from shared.models.pool import Window
from tests.unit.detector.replica import now

FOR_EVER = 1e9


def paced(limit: float, of: int = 1) -> Pace:
    pace = Pace(50, now)
    pace.use(Share(limit, 0, of, 1), FOR_EVER)
    return pace


async def turns(pace: Pace, count: int) -> list[float]:
    """When each of so many calls that ask together may start."""
    taken = []

    async def call() -> None:
        await pace.turn()
        taken.append(now())

    await asyncio.gather(*[call() for _ in range(count)])
    return taken


async def test_calls_that_arrive_together_are_spread_evenly() -> None:
    assert await turns(paced(4.0), 8) == pytest.approx([n / 4 for n in range(8)])


async def test_a_sender_of_several_takes_its_share_of_the_slots() -> None:
    assert await turns(paced(10.0, of=2), 5) == pytest.approx([n / 5 for n in range(5)])


async def test_a_new_share_is_gone_by_at_once() -> None:
    pace = paced(0.1)
    await pace.turn()
    waiting = asyncio.create_task(pace.turn())
    await asyncio.sleep(1)
    pace.use(Share(10.0, 0, 1, 2), FOR_EVER)
    await waiting
    assert now() < 1.3


async def test_a_replica_without_a_share_waits_a_lease_and_stands_down() -> None:
    pace = Pace(50, now)
    with pytest.raises(StoodDown):
        await pace.turn()
    assert now() == pytest.approx(LEASE)


async def test_all_frames_in_hand_stand_down_after_one_lease_not_one_after_the_other() -> None:
    pace = Pace(50, now)
    waiting = [asyncio.create_task(pace.turn()) for _ in range(50)]
    await asyncio.wait(waiting)
    assert all(isinstance(one.exception(), StoodDown) for one in waiting)
    assert now() == pytest.approx(LEASE)


async def test_a_share_that_comes_in_time_is_used() -> None:
    pace = Pace(50, now)
    waiting = asyncio.create_task(pace.turn())
    await asyncio.sleep(LEASE / 2)
    pace.use(Share(10.0, 0, 1, 1), FOR_EVER)
    await waiting
    assert now() < LEASE


async def test_a_share_ends_with_its_lease_whatever_happens() -> None:
    pace = paced(10.0)
    pace.use(Share(10.0, 0, 1, 1), now() + 1)
    with pytest.raises(StoodDown):
        await turns(pace, 100)
    assert 10 <= pace.window[1].calls <= 14


async def test_many_throttles_slow_the_calls_at_once_until_a_new_limit_is_learnt() -> None:
    pace = paced(10.0)
    for _ in range(10):
        pace.throttled(await pace.turn())
    started = now()
    await turns(pace, 6)
    assert now() - started == pytest.approx(1.0, abs=0.2)
    pace.use(Share(10.0, 0, 1, 2), FOR_EVER)
    started = now()
    await turns(pace, 10)
    assert now() - started == pytest.approx(1.0, abs=0.2)


async def test_calls_are_counted_for_the_limit_they_were_started_at() -> None:
    pace = paced(10.0)
    early = await pace.turn()
    assert pace.window == (1, Window(calls=1, throttled=0, waited=0))
    pace.use(Share(12.0, 0, 1, 2), FOR_EVER)
    pace.throttled(early)
    pace.throttled(await pace.turn())
    assert pace.window == (2, Window(calls=1, throttled=1, waited=1))


async def test_what_is_entered_in_the_pool_is_not_counted_twice() -> None:
    pace = paced(10.0)
    await turns(pace, 3)
    _, window = pace.window
    await turns(pace, 2)
    pace.counted(window)
    assert pace.window[1].calls == 2


async def test_the_frames_in_hand_follow_rate_and_latency() -> None:
    pace = paced(10.0)
    before = pace.frames_at_once()
    for _ in range(30):
        with pace.holding():
            await pace.turn()
            await asyncio.sleep(3)
    assert before == 12
    assert pace.frames_at_once() == pytest.approx(42, abs=1)


async def test_the_waits_for_a_turn_are_shown() -> None:
    def waits(at_most: str) -> float:
        name = "logostream_detect_turn_wait_seconds_bucket"
        return REGISTRY.get_sample_value(name, {"le": at_most}) or 0.0

    quick, slow = waits("0.01"), waits("2.5")
    await turns(paced(1.0), 3)
    assert waits("0.01") - quick == 1  # the first one
    assert waits("2.5") - slow == 3
