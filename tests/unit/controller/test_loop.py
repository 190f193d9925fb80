"""The control loop: starts the model for work, meters it, and stops it at the first tick without work."""

from __future__ import annotations

import asyncio

import pytest

from shared.models.control import ModelState
from shared.models.pool import Pool
from shared.videos.ledger import ACTIVE, State
from tests.unit.controller.control_room import MODEL, TICK, ControlRoom, running, startable


async def test_the_model_is_left_alone_while_there_is_no_work() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(3600)
    assert room.models.starts == []
    assert room.report.reason == "stopped: nothing to examine"


async def test_a_mistake_in_keeping_the_lead_ends_the_controller() -> None:
    room = ControlRoom()
    room.control.faults.error = KeyError
    room.control.faults.refuse["replace"] = 1
    with pytest.raises(ExceptionGroup):
        async with asyncio.timeout(60):
            await room.loop().run()


async def test_the_model_is_started_once_at_the_first_tick_with_work() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(105)
        await room.frames_arrive(60)
        await asyncio.sleep(590)
    assert room.models.starts == [(110.0, 1)]
    assert room.report.state is ModelState.STARTING
    assert room.report.outstanding == 60


async def test_the_model_is_started_with_the_units_that_the_deadline_needs() -> None:
    room = ControlRoom()
    await room.frames_arrive(20_000)
    async with running(room.loop()):
        await asyncio.sleep(5)
    [(_, units)] = room.models.starts
    assert units == 3
    assert (
        "20,000 frames to examine with 3 units, enough to meet the 02:00 UTC deadline" in room.report.reason
    )


async def test_units_are_reckoned_with_the_rate_that_the_detectors_have_learnt() -> None:
    room = ControlRoom()
    pool = Pool(MODEL, limit=20.0, units=2, units_at=0, learnt=True, clean=0, era=1, settled_at=0)
    room.pools.rows[MODEL] = pool
    await room.frames_arrive(20_000)
    async with running(room.loop()):
        await asyncio.sleep(5)
    assert room.models.starts == [(0.0, 1)]


async def test_work_is_held_to_share_a_start_up() -> None:
    room = ControlRoom()
    await room.frames_arrive(1240)
    async with running(room.loop(hold=1800.0)):
        await asyncio.sleep(5)
        assert room.report.reason == (
            "waiting: the backlog of 1,240 frames needs 1 unit at 00:30 UTC to meet the 02:00 UTC deadline"
        )
        await asyncio.sleep(1790)
    assert [at for at, _ in room.models.starts] == [pytest.approx(1790, abs=TICK)]


async def test_the_model_is_stopped_at_the_first_tick_without_work() -> None:
    room = startable()
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(695)
        assert room.models.stops == []
        room.frames_are_examined()
        await asyncio.sleep(500)
    assert room.models.stops == [700.0]
    assert room.report.state is ModelState.STOPPED


async def test_a_cancelled_video_is_no_reason_to_run_the_model() -> None:
    room = startable()
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(625)
        await room.ledger.move("cup-1", State.CANCELLED, ACTIVE)
        await asyncio.sleep(10)
    assert room.models.stops == [630.0]


async def test_a_run_without_a_success_is_broken_off_after_three_minutes_and_rests_longer_each_time() -> None:
    room = startable()
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(4000)
    assert room.models.stops[0] == pytest.approx(600 + 180, abs=2 * TICK)
    assert room.models.starts[1][0] == pytest.approx(room.models.stops[0] + 600, abs=2 * TICK)
    assert room.models.starts[2][0] == pytest.approx(room.models.stops[1] + 1200, abs=2 * TICK)


async def test_a_model_that_examines_frames_is_not_broken_off() -> None:
    room = startable()
    await room.frames_arrive(3000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop()):
        await asyncio.sleep(600 + 1400)
        assert room.models.stops == []
        await asyncio.sleep(300)
    work.cancel()
    assert len(room.models.stops) == 1
