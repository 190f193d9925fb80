"""Detectors without a model of ours: their gate is open from the start, and closes only for a mistake."""

from __future__ import annotations

import asyncio

from services.detector.gate import Gate
from services.detector.unmanaged import AlwaysRunning
from shared.models.control import Fault, ModelState
from tests.fakes import FakeControl
from tests.unit.detector.replica import FEW_LOOKS, POLL, now


async def test_their_gate_opens_without_any_controller() -> None:
    gate = Gate(AlwaysRunning(FakeControl(), now), "words", POLL, lambda _: None, now)
    async with gate.watching():
        await asyncio.sleep(FEW_LOOKS)
        assert gate.is_open
        assert gate.units
        assert gate.units.count == 1


async def test_a_mistake_closes_the_gates_of_all_replicas_of_that_detector_alone() -> None:
    board = AlwaysRunning(FakeControl(), now)
    one, two, other = (Gate(board, name, POLL, lambda _: None, now) for name in ("words", "words", "things"))
    async with one.watching(), two.watching(), other.watching():
        await asyncio.sleep(FEW_LOOKS)
        await one.close_for("DetectText: AccessDeniedException: allow it")
        await asyncio.sleep(FEW_LOOKS)
        assert [gate.is_open for gate in (one, two, other)] == [False, False, True]


async def test_everything_but_the_state_is_the_real_board_s() -> None:
    control = FakeControl()
    board = AlwaysRunning(control, lambda: 7.0)
    report = await board.report("words")
    assert report
    assert (report.state, report.at) == (ModelState.RUNNING, 7.0)
    await board.set_fault("words", Fault("no", 1.0))
    assert await control.fault("words") == await board.fault("words") == Fault("no", 1.0)
    await board.refute("words", 7.0)
    assert await board.refuted("words") == await control.refuted("words") == 7.0
