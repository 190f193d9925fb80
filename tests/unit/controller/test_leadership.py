"""Several controllers: one acts, the others stand by, and one that was overtaken keeps its hands off."""

from __future__ import annotations

import asyncio
import random

import pytest

from shared.control import ModelState
from shared.rekognition import ModelStatus
from tests.fakes import FakeModels
from tests.unit.controller.control_room import LEASE, TICK, ControlRoom, now, running


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

    async def start(self, units: int) -> None:
        self.acted.append(("start", now()))
        await self.models.start(units)

    async def stop(self) -> None:
        self.acted.append(("stop", now()))
        await self.models.stop()


@pytest.mark.parametrize("seed", range(20))
async def test_two_controllers_never_both_act(seed: int) -> None:
    chance = random.Random(seed)
    room = ControlRoom(FakeModels(start_seconds=60, stop_seconds=30))
    room.control.faults.latency = chance.uniform(0, 2)
    room.ledger.faults.latency = chance.uniform(0, 2)
    one, two = Watched(room.models), Watched(room.models)
    async with running(room.loop("one", one), room.loop("two", two)):
        for day in range(3):
            await asyncio.sleep(chance.uniform(0, 50))
            await room.frames_arrive(60, f"cup-{day}")
            await asyncio.sleep(chance.uniform(100, 200))
            room.frames_are_examined(f"cup-{day}")
            await asyncio.sleep(chance.uniform(100, 200))
    assert [what for what, _ in sorted(one.acted + two.acted, key=lambda act: act[1])] == [
        "start",
        "stop",
    ] * 3
    assert not (one.acted and two.acted)  # the lead never changed hands


async def test_a_standby_takes_over_when_the_lease_of_a_dead_leader_ends() -> None:
    room = ControlRoom(FakeModels(ModelState.RUNNING))
    await room.frames_arrive(60)
    dead = asyncio.create_task(room.loop("one").run())
    await asyncio.sleep(55)
    dead.cancel()  # no release: killed
    died = now()
    room.frames_are_examined()
    async with running(room.loop("two")):
        await asyncio.sleep(100)
    [stopped] = room.models.stops
    assert stopped - died <= LEASE + TICK


async def test_a_standby_takes_over_at_once_when_the_leader_is_stopped() -> None:
    room = ControlRoom(FakeModels(ModelState.RUNNING))
    leader, standby = room.loop("one"), room.loop("two")
    await room.frames_arrive(60)
    async with running(leader, standby):
        await asyncio.sleep(15)
        leader.stop()
        room.frames_are_examined()
        await asyncio.sleep(TICK)
        assert len(room.models.stops) == 1


async def test_a_leader_that_was_overtaken_keeps_its_hands_off() -> None:
    room = ControlRoom(FakeModels(ModelState.RUNNING))
    slow, quick = Watched(room.models), Watched(room.models)
    slow.slow = 3 * LEASE  # between taking the lead and deciding
    async with running(room.loop("slow", slow)):
        await asyncio.sleep(1)
        async with running(room.loop("quick", quick)):
            await asyncio.sleep(4 * LEASE)
    assert [what for what, _ in quick.acted] == ["stop"]
    assert slow.acted == []  # though it saw the model running without work


async def test_a_standby_posts_nothing() -> None:
    room = ControlRoom()
    async with running(room.loop("one"), room.loop("two")):
        await asyncio.sleep(95)
    assert room.control.faults.calls.count("publish") == 10
    assert room.control.faults.calls.count("acquire") == 20
