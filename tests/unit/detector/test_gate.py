"""The gate: open while the model runs and no fault stands, and it keeps what it knew through an outage."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from shared.models.control import Fault, ModelState
from tests.unit.detector.replica import FEW_LOOKS, MODEL, POLL, Surroundings, frame, now


@pytest.mark.parametrize("state", ModelState)
async def test_the_gate_is_open_only_while_the_model_runs(state: ModelState) -> None:
    around = Surroundings()
    await around.model_is(state)
    replica = around.replica()
    async with replica.gate.watching():
        await asyncio.sleep(FEW_LOOKS)
        assert replica.gate.is_open == (state is ModelState.RUNNING)


async def test_the_gate_stays_shut_until_a_controller_has_reported() -> None:
    replica = Surroundings().replica()
    async with replica.gate.watching():
        await asyncio.sleep(FEW_LOOKS)
        assert not replica.gate.is_open
        assert replica.gate.units is None


async def test_the_gate_opens_soon_after_the_model_runs() -> None:
    around = Surroundings()
    await around.model_is("STARTING")
    replica = around.replica()
    async with replica.gate.watching():
        await asyncio.sleep(600.5)
        await around.model_is("RUNNING")
        ran_since = now()
        await replica.gate.wait_open()
        assert now() - ran_since <= POLL


async def test_the_gate_shuts_when_the_controller_stops_the_model(around: Surroundings) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        await around.model_is("STOPPING")
        await asyncio.sleep(FEW_LOOKS)
        assert not replica.gate.is_open


async def test_a_refusal_closes_every_gate_until_a_newer_report(around: Surroundings) -> None:
    first, second = around.replica(), around.replica()
    async with first.gate.watching(), second.gate.watching():
        await first.gate.wait_open()
        await first.gate.not_ready(first.gate.reported_at)
        assert not first.gate.is_open
        await asyncio.sleep(FEW_LOOKS)
        assert not first.gate.is_open
        assert not second.gate.is_open
        await around.model_is("RUNNING")
        await asyncio.sleep(FEW_LOOKS)
        assert first.gate.is_open
        assert second.gate.is_open


async def test_a_late_refusal_does_not_contradict_a_newer_report(around: Surroundings) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        at_the_call = replica.gate.reported_at
        await asyncio.sleep(FEW_LOOKS)
        await around.model_is("RUNNING")
        await asyncio.sleep(FEW_LOOKS)
        await replica.gate.not_ready(at_the_call)
        assert replica.gate.is_open
        assert around.control.refutals == {}


async def test_a_refusal_that_comes_during_a_look_is_not_forgotten_by_it(around: Surroundings) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        around.control.faults.latency = POLL / 10
        around.control.faults.calls.clear()
        while "refuted" not in around.control.faults.calls:  # noqa: ASYNC110 - the last question of a look
            await asyncio.sleep(POLL / 100)
        around.control.faults.refuse["refute"] = 1
        await replica.gate.not_ready(replica.gate.reported_at)
        await asyncio.sleep(FEW_LOOKS)
        assert not replica.gate.is_open


async def test_a_refusal_that_cannot_be_posted_still_closes_our_own_gate(around: Surroundings) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        around.control.faults.refuse["refute"] = 1
        await replica.gate.not_ready(replica.gate.reported_at)
        await asyncio.sleep(FEW_LOOKS)
        assert not replica.gate.is_open


async def test_a_fault_shuts_the_gates_of_all_replicas_and_is_told_everywhere(around: Surroundings) -> None:
    first, second = around.replica(), around.replica()
    async with first.gate.watching(), second.gate.watching():
        await asyncio.sleep(FEW_LOOKS)
        await first.gate.close_for("the credentials have expired")
        assert REGISTRY.get_sample_value("logostream_detection_fault") == 1
        await asyncio.sleep(FEW_LOOKS)
        assert not first.gate.is_open
        assert not second.gate.is_open
    assert second.told[-1] == "the credentials have expired"
    assert around.control.notices[MODEL].sentence == "the credentials have expired"


async def test_a_fault_older_than_the_start_is_tried_again_and_cleared_by_the_first_success(
    around: Surroundings,
) -> None:
    around.control.notices[MODEL] = Fault("no such model", now())
    await asyncio.sleep(1)
    async with around.working() as replica:
        await replica.examine(frame(0))
        assert around.control.notices == {}
        await asyncio.sleep(FEW_LOOKS)
        await replica.examine(frame(1))
    assert around.control.faults.calls.count("set_fault") == 1
    assert replica.told[-1] is None
    assert REGISTRY.get_sample_value("logostream_detection_fault") == 0


async def test_a_restart_tries_again_however_far_ahead_the_clock_is_of_who_posted_the_fault(
    around: Surroundings,
) -> None:
    around.control.notices[MODEL] = Fault("no such model", now() + 3600)
    async with around.working() as replica:
        await replica.examine(frame(0))
        await asyncio.sleep(FEW_LOOKS)
        assert replica.gate.is_open
    assert around.control.notices == {}


async def test_a_fault_posted_after_our_start_shuts_the_gate_however_far_behind_its_clock_is(
    around: Surroundings,
) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        around.control.notices[MODEL] = Fault("no such model", now() - 3600)
        await asyncio.sleep(FEW_LOOKS)
        assert not replica.gate.is_open
    assert replica.told[-1] == "no such model"


async def test_a_fault_that_is_still_there_after_a_restart_is_not_cleared(around: Surroundings) -> None:
    around.control.notices[MODEL] = Fault("no such model", now())
    await asyncio.sleep(1)
    async with around.working() as replica:
        await replica.gate.wait_open()
    assert MODEL in around.control.notices


@pytest.mark.parametrize(("state", "is_open"), [("RUNNING", True), ("STOPPED", False)])
async def test_an_outage_of_the_control_table_keeps_what_was_known(
    around: Surroundings, state: str, is_open: bool
) -> None:
    replica = around.replica()
    await around.model_is(state)
    async with replica.gate.watching():
        await asyncio.sleep(FEW_LOOKS)
        around.control.faults.refuse["fault"] = 1000
        for _ in range(60):
            await asyncio.sleep(POLL)
            assert replica.gate.is_open == is_open


async def test_a_table_that_hangs_is_asked_again(around: Surroundings) -> None:
    replica = around.replica()
    async with replica.gate.watching():
        await replica.gate.wait_open()
        around.control.faults.latency = 3600.0
        await asyncio.sleep(FEW_LOOKS)
        around.control.faults.latency = 0.0
        await around.model_is("STOPPED")
        await asyncio.sleep(10)
        assert not replica.gate.is_open
