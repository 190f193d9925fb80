"""What the controller enters of a model's use, and the budget that it keeps."""

from __future__ import annotations

import asyncio

import pytest

from services.controller.deciding.budget import Caps
from services.controller.deciding.view import StartBilling
from shared.costs.prices import running_cost
from shared.costs.usage import video_key, video_use
from shared.models.control import ModelState
from shared.videos.ledger import ACTIVE, State
from tests.fakes import FakeModels
from tests.unit.controller.control_room import MODEL, TICK, ControlRoom, now, running, startable


async def test_the_meter_agrees_with_the_bill_within_a_tick_a_run() -> None:
    room = startable()
    await room.frames_arrive(3000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop()):
        await asyncio.sleep(3000)
    work.cancel()
    assert room.report.unit_seconds == pytest.approx(room.models.unit_seconds, abs=TICK)
    assert room.day().running == room.report.unit_seconds
    assert room.day().passing == pytest.approx(600, abs=TICK)
    assert (room.day().frames, room.day().starts) == (3000, 1)


async def test_a_video_s_frames_are_entered_once_over_a_change_of_leaders() -> None:
    room = startable()
    await room.frames_arrive(3000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    for owner in ("one", "two", "three"):
        async with running(room.loop(owner)):
            await asyncio.sleep(800)
    work.cancel()
    assert video_use(room.control.records[video_key(MODEL, "cup-1")]).total == 3000
    assert room.day().frames == 3000
    assert room.report.unit_seconds == pytest.approx(room.models.unit_seconds, abs=TICK)


async def test_the_last_frames_of_a_video_that_ended_while_no_controller_lived_are_entered() -> None:
    room = startable()
    await room.frames_arrive(3000)
    async with running(room.loop("one")):
        await asyncio.sleep(700)
        room.frames_are_examined(frames=1000)
        await asyncio.sleep(TICK)
    room.frames_are_examined()
    await room.ledger.move("cup-1", State.COMPLETED, ACTIVE)
    async with running(room.loop("two")):
        await asyncio.sleep(TICK)
    assert video_use(room.control.records[video_key(MODEL, "cup-1")]).total == 3000
    assert room.day().frames == 3000


async def test_the_meter_is_reconciled_with_what_aws_counts() -> None:
    room = startable()
    room.counter.minutes = {MODEL: {600.0 + 60 * n: 2.0 for n in range(10)}}
    await room.frames_arrive(3000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop(elastic=True)):
        await asyncio.sleep(2000)
    work.cancel()
    assert room.day().in_service == 1200.0
    assert room.report.units == 2  # not the five it may have


async def test_a_cloudwatch_that_cannot_be_read_is_done_without() -> None:
    room = startable()
    room.counter.faults.refuse["in_service"] = 10**6
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(700)
    assert room.report.state is ModelState.RUNNING
    assert room.day().in_service is None


EVENING = 79_200.0  # two hours before midnight


def in_the_evening() -> float:
    return EVENING + now()


# --- the budget


async def test_the_day_s_budget_is_never_exceeded_and_the_model_comes_back_the_next_day() -> None:
    room = startable()
    await room.frames_arrive(10**6, given=10 * 86_400)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop(caps=Caps(day=4.0), clock=in_the_evening)):
        await asyncio.sleep(7100)
        assert 3.0 < room.models.unit_seconds * 4 / 3600 < 4.0
        assert room.report.reason.startswith("out of budget until Jan 02 00:00 UTC: $3.")
        await asyncio.sleep(800)
        assert room.report.state is ModelState.RUNNING
    work.cancel()


async def test_two_models_share_one_budget() -> None:
    room, other = startable(), FakeModels(start_seconds=600, stop_seconds=0.0)
    await room.frames_arrive(10**6, "cup-1", 10 * 86_400)
    await room.frames_arrive(10**6, "cup-2", 10 * 86_400, detectors=("faces",))
    work = [
        asyncio.create_task(room.frames_are_examined_steadily(2.0, "cup-1")),
        asyncio.create_task(room.frames_are_examined_steadily(2.0, "cup-2")),
    ]
    models = (room.managed(), room.managed(other, "v2", "faces"))
    async with running(room.loop("one", *models, caps=Caps(day=8.0), clock=in_the_evening)):
        await asyncio.sleep(7100)
    for task in work:
        task.cancel()
    spent = (room.models.unit_seconds + other.unit_seconds) * 4 / 3600
    assert 6.0 < spent < 8.0
    assert len(other.starts) == 1


async def test_two_models_that_start_as_slowly_as_can_be_keep_within_their_budget() -> None:
    one, other = (FakeModels(start_seconds=1800.0, stop_seconds=240.0) for _ in range(2))
    room = ControlRoom(one)
    await room.frames_arrive(10**6, "cup-1")
    await room.frames_arrive(10**6, "cup-2", detectors=("faces",))
    models = (room.managed(), room.managed(other, "v2", "faces"))
    loop = room.loop("one", *models, caps=Caps(day=20.0), billing=StartBilling.BILLED)
    async with running(loop):
        await asyncio.sleep(30_000)
    days = [room.day(), room.day("v2")]
    assert 10.0 < running_cost(sum(day.running + day.passing for day in days)) <= 20.0
    assert one.starts
