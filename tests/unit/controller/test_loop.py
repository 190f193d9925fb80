"""The control loop: starts the model for work, meters it, and stops it at the first tick without work."""

from __future__ import annotations

import asyncio

import pytest

from shared.control import ModelState
from shared.ledger import ACTIVE, State
from tests.fakes import FakeModels
from tests.unit.controller.control_room import LEASE, MODEL, TICK, UNITS, ControlRoom, now, running

RUNNING_FOR = 1000.0


async def test_the_model_is_left_alone_while_there_is_no_work() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(3600)
    assert room.models.starts == []
    assert room.report.reason == "stopped: nothing to examine"


async def test_the_model_is_started_once_at_the_first_tick_with_work() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(105)
        await room.frames_arrive(60)
        await asyncio.sleep(590)
    assert room.models.starts == [(110.0, UNITS)]
    assert room.report.state is ModelState.STARTING
    assert room.report.outstanding == 60


async def test_the_model_is_stopped_at_the_first_tick_without_work() -> None:
    room = ControlRoom(FakeModels(start_seconds=600))
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(RUNNING_FOR - 5)
        assert room.models.stops == []
        room.frames_are_examined()
        await asyncio.sleep(500)
    assert room.models.stops == [RUNNING_FOR]
    assert room.report.state is ModelState.STOPPED


async def test_a_cancelled_video_is_no_reason_to_run_the_model() -> None:
    room = ControlRoom(FakeModels(ModelState.RUNNING))
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(25)
        await room.ledger.move("cup-1", State.CANCELLED, ACTIVE)
        await asyncio.sleep(10)
    assert room.models.stops == [30.0]


async def test_running_time_is_metered_in_unit_seconds() -> None:
    room = ControlRoom(FakeModels(start_seconds=600, stop_seconds=0.0))
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(RUNNING_FOR - 5)
        room.frames_are_examined()
        await asyncio.sleep(100)
    assert room.report.unit_seconds == pytest.approx(room.models.unit_seconds, abs=UNITS * TICK)


async def test_the_meter_runs_on_over_a_change_of_leaders() -> None:
    room = ControlRoom(FakeModels(ModelState.RUNNING, units=UNITS))
    await room.frames_arrive(60)
    async with running(room.loop("one")):
        await asyncio.sleep(95)
    async with running(room.loop("two")):
        await asyncio.sleep(95)
    assert room.report.unit_seconds == pytest.approx(UNITS * now(), abs=UNITS * TICK)


async def test_someone_else_having_acted_first_is_no_error() -> None:
    room = ControlRoom()
    await room.frames_arrive(60)
    room.models.faults.lose_reply["start"] = 1
    stale = FakeModels()  # still reports STOPPED, as an eventually consistent read may

    class Stale:
        describe, stop = staticmethod(stale.describe), staticmethod(room.models.stop)
        start = staticmethod(room.models.start)

    async with running(room.loop(models=Stale())):
        await asyncio.sleep(55)
    assert len(room.models.starts) == 1
    assert room.report.at == 50.0  # every tick was reported


async def test_a_start_that_ends_failed_is_tried_again_up_to_the_limit() -> None:
    room = ControlRoom(FakeModels(start_seconds=60))
    room.models.start_failure = "insufficient capacity"
    await room.frames_arrive(60)
    async with running(room.loop(start_attempts=3)):
        await asyncio.sleep(3600)
    assert len(room.models.starts) == 3
    assert room.report.reason == (
        "waiting for help: the model failed to start 3 times (insufficient capacity)"
    )


async def test_starts_that_were_refused_are_no_failed_starts() -> None:
    room = ControlRoom(FakeModels(start_seconds=60))
    room.models.faults.refuse["start"] = 10
    room.models.start_failure = "insufficient capacity"
    await room.frames_arrive(60)
    async with running(room.loop(start_attempts=3)):
        await asyncio.sleep(3600)
    assert len(room.models.starts) == 3


async def test_a_start_that_succeeds_restores_all_attempts() -> None:
    room = ControlRoom(FakeModels(start_seconds=60))
    room.models.start_failure = "insufficient capacity"
    await room.frames_arrive(60)
    async with running(room.loop(start_attempts=3)):
        await asyncio.sleep(100)
        room.models.start_failure = ""
        await asyncio.sleep(200)
        assert room.report.state is ModelState.RUNNING
        room.models.become(ModelState.FAILED, "crashed")
        room.models.start_failure = "insufficient capacity"
        await asyncio.sleep(3600)
    assert len(room.models.starts) == 2 + 3


@pytest.mark.parametrize("call", ["describe", "start"])
async def test_a_failing_rekognition_is_asked_again_at_the_next_tick(call: str) -> None:
    room = ControlRoom()
    room.models.faults.refuse[call] = 3
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(100)
    assert room.models.starts == [(30.0, UNITS)]


async def test_a_failing_control_table_lets_nothing_happen_until_it_is_back() -> None:
    room = ControlRoom()
    room.control.faults.refuse["acquire"] = 2
    room.control.faults.refuse["publish"] = 1
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(100)
    assert room.models.starts == [(30.0, UNITS)]


async def test_a_stop_ends_the_present_pause_and_lets_go_of_the_lead() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(15)
    assert now() == 15.0
    assert await room.control.acquire("controller", "another", LEASE, now()) is not None
    assert room.report.model == MODEL


async def test_a_lead_that_cannot_be_let_go_of_is_no_crash() -> None:
    room = ControlRoom()
    room.control.faults.refuse["release"] = 1
    async with running(room.loop()):
        await asyncio.sleep(15)
    assert room.control.faults.calls[-1] == "release"
