"""The gate: open while the model runs and no fault stands, and it keeps what it knew through an outage."""

from __future__ import annotations

import asyncio

import pytest

from shared.control import Fault, ModelState
from tests.unit.detector.replica import MODEL, POLL, Surroundings, frame, now


@pytest.mark.parametrize("state", ModelState)
async def test_the_gate_is_open_only_while_the_model_runs(state: ModelState) -> None:
    around = Surroundings()
    await around.model_is(state)
    assert await around.replica().is_open() == (state is ModelState.RUNNING)


async def test_the_gate_stays_shut_until_a_controller_has_reported() -> None:
    assert not await Surroundings().replica().is_open()


async def test_the_gate_opens_soon_after_the_model_runs() -> None:
    around = Surroundings()
    await around.model_is("STARTING")
    waiting = asyncio.create_task(around.replica().gate.wait_open())
    await asyncio.sleep(601)
    await around.model_is("RUNNING")
    ran_since = now()
    await waiting
    assert now() - ran_since <= POLL


async def test_an_open_gate_looks_at_the_table_once_per_poll_however_many_frames_pass(
    around: Surroundings,
) -> None:
    replica = around.replica()
    for _ in range(100):
        await replica.gate.wait_open()
    assert around.control.faults.calls.count("report") == 1


async def test_the_gate_shuts_when_the_controller_stops_the_model(around: Surroundings) -> None:
    replica = around.replica()
    assert await replica.is_open()
    await around.model_is("STOPPING")
    await asyncio.sleep(POLL)
    assert not await replica.is_open()


async def test_a_refusal_outweighs_an_older_report_that_the_model_runs(around: Surroundings) -> None:
    replica = around.replica()
    assert await replica.is_open()
    replica.gate.not_ready()
    assert not await replica.is_open()
    await around.model_is("RUNNING")
    assert await replica.is_open()


async def test_a_fault_shuts_the_gates_of_all_replicas(around: Surroundings) -> None:
    first, second = around.replica(), around.replica()
    assert await first.is_open()
    assert await second.is_open()
    await first.gate.close_for("the credentials have expired")
    await asyncio.sleep(POLL)
    assert not await first.is_open()
    assert not await second.is_open()
    assert second.told[-1] == "the credentials have expired"


async def test_a_fault_older_than_the_start_is_tried_again_and_cleared_by_the_first_success(
    around: Surroundings,
) -> None:
    around.control.notices[MODEL] = Fault("no such model", now())
    await asyncio.sleep(1)
    replica = around.replica()
    await replica.examine(frame(0))
    assert around.control.notices == {}
    await replica.examine(frame(1))
    assert around.control.faults.calls.count("set_fault") == 1
    assert replica.told[-1] is None


async def test_a_fault_that_is_still_there_after_a_restart_is_not_cleared(around: Surroundings) -> None:
    around.control.notices[MODEL] = Fault("no such model", now())
    await asyncio.sleep(1)
    assert await around.replica().is_open()
    assert MODEL in around.control.notices


@pytest.mark.parametrize(("state", "is_open"), [("RUNNING", True), ("STOPPED", False)])
async def test_an_outage_of_the_control_table_keeps_what_was_known(
    around: Surroundings, state: str, is_open: bool
) -> None:
    replica = around.replica()
    await around.model_is(state)
    assert await replica.is_open() == is_open
    around.control.faults.refuse["fault"] = 1000
    for _ in range(10):
        await asyncio.sleep(POLL)
        assert await replica.is_open() == is_open
