"""Several controllers: one acts, the others stand by, and one that was overtaken keeps its hands off."""

from __future__ import annotations

import asyncio
import random

import pytest

from services.controller.leadership import Leadership
from shared.models.control import ModelState
from shared.models.rekognition import ModelStatus
from tests.fakes import FakeControl, FakeModels
from tests.unit.controller.control_room import LEASE, TICK, ControlRoom, now, running, startable

TAKE_OVER = 15.0


class Watched:
    """The model as one controller sees it: `slow` seconds away, and noting what that one did."""

    def __init__(self, models: FakeModels) -> None:
        self.models = models
        self.slow = 0.0
        self.acted: list[tuple[str, float]] = []

    async def describe(self) -> ModelStatus:
        status = await self.models.describe()
        await asyncio.sleep(self.slow)
        return status

    async def start(self, units: int, most_units: int | None = None) -> None:
        self.acted.append(("start", now()))
        await self.models.start(units, most_units)

    async def stop(self) -> None:
        self.acted.append(("stop", now()))
        await self.models.stop()


@pytest.mark.parametrize("seed", range(20))
async def test_two_controllers_never_both_act(seed: int) -> None:
    chance = random.Random(seed)
    room = ControlRoom(FakeModels(start_seconds=60, stop_seconds=30))
    room.control.faults.latency = chance.uniform(0, 1)
    room.ledger.faults.latency = chance.uniform(0, 2)
    one, two = Watched(room.models), Watched(room.models)
    skewed = chance.uniform(-1e5, 1e5)
    loops = (
        room.loop("one", room.managed(one)),
        room.loop("two", room.managed(two), clock=lambda: now() + skewed),
    )
    async with running(*loops):
        for day in range(3):
            await asyncio.sleep(chance.uniform(0, 50))
            await room.frames_arrive(60, f"cup-{day}")
            await asyncio.sleep(chance.uniform(100, 160))
            room.frames_are_examined(f"cup-{day}")
            await asyncio.sleep(chance.uniform(100, 200))
    acts = [what for what, _ in sorted(one.acted + two.acted, key=lambda act: act[1])]
    assert acts == ["start", "stop"] * 3
    assert not (one.acted and two.acted)  # the lead never changed hands


@pytest.mark.parametrize("seed", range(30))
async def test_two_never_believe_to_lead_at_once(seed: int) -> None:
    """Whatever the table's delays and failures, and whoever dies."""
    chance = random.Random(seed)
    control = FakeControl()
    leaders = [Leadership(control, str(n), LEASE, gained=lambda: None) for n in range(3)]
    tasks: list[asyncio.Task[None] | None] = [None] * 3
    led = 0
    for _ in range(600):
        await asyncio.sleep(chance.uniform(0, 1))
        control.faults.latency = chance.choice([0.0, 0.1, 3.0, 7.0])
        control.faults.refuse["replace"] = chance.choice([0, 0, 0, 1])
        control.faults.lose_reply["replace"] = chance.choice([0, 0, 0, 1])
        number = chance.randrange(3)
        task = tasks[number]
        if task is None:
            tasks[number] = asyncio.create_task(leaders[number].run())
        elif chance.random() < 0.03:
            task.cancel()
            tasks[number] = None
        leading = [leader for leader in leaders if leader.fence is not None]
        assert len(leading) <= 1
        led += len(leading)
    assert led > 50
    for task in tasks:
        if task:
            task.cancel()
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)


@pytest.mark.parametrize("died_at", [55.0, 56.1, 57.9, 58.0])
async def test_a_standby_takes_over_within_fifteen_seconds_of_a_leader_s_death(died_at: float) -> None:
    room = startable()
    await room.frames_arrive(60)
    dead = Leadership(room.control, "dead", LEASE, gained=lambda: None)
    beating = asyncio.create_task(dead.run())
    async with running(room.loop("two")):
        await asyncio.sleep(died_at)
        assert room.models.starts == []
        held = room.control.leases["controller"]
        beating.cancel()
        await asyncio.sleep(0)
        room.control.leases["controller"] = held  # not let go of: killed
        await asyncio.sleep(100)
    [(started, _)] = room.models.starts
    assert started - died_at <= TAKE_OVER


async def test_a_standby_takes_over_at_once_when_the_leader_is_stopped() -> None:
    room = startable()
    leader, standby = room.loop("one"), room.loop("two")
    await room.frames_arrive(60)
    async with running(leader, standby):
        await asyncio.sleep(615)
        leader.stop()
        room.frames_are_examined()
        await asyncio.sleep(TICK)
        assert len(room.models.stops) == 1


async def test_a_leader_that_was_overtaken_keeps_its_hands_off() -> None:
    room = ControlRoom(FakeModels(ModelState.STOPPED, start_seconds=10**6))
    slow, quick = Watched(room.models), Watched(room.models)
    slow.slow = 3 * LEASE  # between taking the lead and deciding
    await room.frames_arrive(60)
    overtaken = room.loop("slow", room.managed(slow))
    task = asyncio.create_task(overtaken.run())
    await asyncio.sleep(1)
    lead = next(each for each in asyncio.all_tasks() if each.get_name() == "lead")
    lead.cancel()  # its beats stop, but not its slow look
    await asyncio.sleep(0)
    async with running(room.loop("quick", room.managed(quick))):
        await asyncio.sleep(5 * LEASE)
    assert [what for what, _ in quick.acted] == ["start"]
    assert slow.acted == []  # though it saw the model stopped with work waiting
    overtaken.stop()
    await task


async def test_a_standby_posts_nothing() -> None:
    room = ControlRoom()
    async with running(room.loop("one"), room.loop("two")):
        await asyncio.sleep(95)
    assert room.control.faults.calls.count("publish") == 10
