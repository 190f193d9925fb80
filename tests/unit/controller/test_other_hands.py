"""What others do to a model, and what goes wrong with it, is borne with."""

from __future__ import annotations

import asyncio

import pytest

from shared.models.control import ModelState, Pause
from shared.models.rekognition import QuotaReached
from tests.fakes import FakeModels
from tests.unit.controller.control_room import MODEL, TICK, ControlRoom, now, running, startable


async def test_a_model_that_someone_else_started_is_left_alone_for_a_while() -> None:
    room = startable()
    async with running(room.loop()):
        await asyncio.sleep(95)
        room.models.become(ModelState.RUNNING)
        await asyncio.sleep(890)
        assert room.models.stops == []
        assert "someone else started it" in room.report.reason
        await asyncio.sleep(30)
    assert len(room.models.stops) == 1


async def test_a_model_that_someone_else_stopped_is_not_started_again_at_once() -> None:
    room = startable()
    await room.frames_arrive(10_000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop()):
        await asyncio.sleep(995)
        room.models.become(ModelState.STOPPED)
        await asyncio.sleep(890)
        assert len(room.models.starts) == 1
        assert "someone else stopped the model" in room.report.reason
        await asyncio.sleep(30)
    work.cancel()
    assert len(room.models.starts) == 2


async def test_a_hand_at_the_switch_stops_the_model_and_keeps_it_stopped() -> None:
    room = startable()
    await room.frames_arrive(10_000)
    work = asyncio.create_task(room.frames_are_examined_steadily(2.0))
    async with running(room.loop()):
        await asyncio.sleep(995)
        await room.control.set_pause(MODEL, Pause("stopped by hand", now()))
        await asyncio.sleep(7000)
        assert (len(room.models.starts), len(room.models.stops)) == (1, 1)
        assert room.report.reason.startswith("stopped: stopped by hand; 9,")
        await room.control.set_pause(MODEL, None)
        await asyncio.sleep(TICK)
        assert len(room.models.starts) == 2
    work.cancel()


async def test_someone_else_having_acted_first_is_no_error() -> None:
    room = ControlRoom()
    await room.frames_arrive(60)
    room.models.faults.lose_reply["start"] = 1
    stale = FakeModels()  # still reports STOPPED, as an eventually consistent read may

    class Stale:
        describe, stop = staticmethod(stale.describe), staticmethod(room.models.stop)
        start = staticmethod(room.models.start)

    async with running(room.loop("one", room.managed(Stale()))):
        await asyncio.sleep(55)
    assert len(room.models.starts) == 1
    assert room.report.at == 50.0  # every tick was reported


async def test_a_start_that_ends_failed_is_tried_again_with_pauses_up_to_the_limit() -> None:
    room = ControlRoom(FakeModels(start_seconds=60))
    room.models.start_failure = "insufficient capacity"
    await room.frames_arrive(60)
    async with running(room.loop(start_attempts=3)):
        await asyncio.sleep(3600)
    first, second, third = [at for at, _ in room.models.starts]
    assert second - first == pytest.approx(60 + 60, abs=2 * TICK)
    assert third - second == pytest.approx(60 + 120, abs=2 * TICK)
    assert room.report.reason == (
        "waiting for help: the model failed to start 3 times (insufficient capacity)"
    )


async def test_a_new_leader_goes_on_counting_failed_starts() -> None:
    room = ControlRoom(FakeModels(start_seconds=60))
    room.models.start_failure = "insufficient capacity"
    await room.frames_arrive(60)
    for owner in ("one", "two", "three", "four"):
        async with running(room.loop(owner, start_attempts=3)):
            await asyncio.sleep(1000)
    assert len(room.models.starts) == 3


async def test_a_quota_is_told_in_a_sentence_and_asked_again_later() -> None:
    room = ControlRoom()

    class AtQuota(FakeModels):
        async def start(self, units: int, most_units: int | None = None) -> None:
            self.starts.append((now(), units))
            raise QuotaReached("LimitExceededException: 2 models run already")

    models = AtQuota()
    await room.frames_arrive(60)
    async with running(room.loop("one", room.managed(models))):
        await asyncio.sleep(35)
        assert "AWS allows no such start" in room.report.reason
        assert "2 models run already" in room.report.reason
        await asyncio.sleep(100)
    assert 2 <= len(models.starts) <= 3


async def test_how_long_starts_take_is_learnt_and_outlives_the_leader() -> None:
    room = ControlRoom(FakeModels(start_seconds=300, stop_seconds=0.0))
    for turn in range(3):
        await room.frames_arrive(60, f"cup-{turn}")
        async with running(room.loop(f"owner-{turn}")):
            await asyncio.sleep(400)
            room.frames_are_examined(f"cup-{turn}")
            await asyncio.sleep(50)
    assert room.memory.starts == pytest.approx([300, 300, 300], abs=TICK)


@pytest.mark.parametrize("call", ["describe", "start"])
async def test_a_failing_rekognition_is_asked_again_at_the_next_tick(call: str) -> None:
    room = ControlRoom()
    room.models.faults.refuse[call] = 3
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(100)
    assert room.models.starts == [(30.0, 1)]


async def test_a_failing_ledger_lets_nothing_happen_until_it_is_back() -> None:
    room = ControlRoom()
    await room.frames_arrive(60)
    room.ledger.faults.refuse["in_states"] = 3
    async with running(room.loop()):
        await asyncio.sleep(100)
    assert room.models.starts == [(30.0, 1)]


async def test_a_failing_control_table_lets_nothing_happen_until_it_is_back() -> None:
    room = ControlRoom()
    room.control.faults.refuse["lease"] = 2
    room.control.faults.refuse["publish"] = 1
    await room.frames_arrive(60)
    async with running(room.loop()):
        await asyncio.sleep(100)
    [(at, _)] = room.models.starts
    assert 10 <= at <= 20


async def test_one_model_s_trouble_is_no_other_s() -> None:
    room, broken = ControlRoom(), FakeModels()
    broken.faults.refuse["describe"] = 10**6
    await room.frames_arrive(60)
    async with running(room.loop("one", room.managed(broken, "v0"), room.managed())):
        await asyncio.sleep(5)
    assert room.models.starts == [(0.0, 1)]


async def test_a_stop_ends_the_present_pause_and_lets_go_of_the_lead() -> None:
    room = ControlRoom()
    async with running(room.loop()):
        await asyncio.sleep(15)
    assert now() == 15.0
    assert room.control.leases["controller"].owner == ""
    assert room.report.model == MODEL


async def test_a_lead_that_cannot_be_let_go_of_is_no_crash() -> None:
    room = ControlRoom()
    loop = room.loop()
    async with running(loop):
        await asyncio.sleep(15)
        room.control.faults.refuse["replace"] = 1
    assert room.control.faults.calls[-1] == "replace"
