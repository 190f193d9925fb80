"""One controller process with two models and one budget: they keep within it, and go on the next day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.aws.clients import clients
from shared.aws.dynamodb.control import DynamoControl
from shared.config.settings import DetectingSettings, load
from shared.costs.prices import running_cost
from shared.costs.usage import DayUse, day_key, day_of, day_use
from shared.models.control import ModelReport, ModelState
from tests.system.controller.stack import PROJECT, controller_stack, model_arn
from tests.system.controller.stepped_world import DAY, UNIT_RATE, Arrival, SteppedWorld, clock_of

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

BUDGET = 20.0  # dollars a day
EVENING = DAY - 3.5 * 3600
FACES = {"name": "faces", "model_arn": model_arn("v2"), "project_arn": PROJECT}
SETTINGS = {
    "LOGOSTREAM_DETECTORS": json.dumps([{"name": "logos"}, FACES]),
    "LOGOSTREAM_DAY_BUDGET": str(BUDGET),
    "LOGOSTREAM_START_SECONDS": "613",
    "LOGOSTREAM_STOP_SECONDS": "127",
    "LOGOSTREAM_CLOCK_SPEED": "0",
    "LOGOSTREAM_UNIT_RATE": str(UNIT_RATE),
    "LOGOSTREAM_TICK_SECONDS": "120",
    "LOGOSTREAM_LEASE_SECONDS": "1200",
    "LOGOSTREAM_WATCH_SECONDS": str(DAY),
}
ARRIVALS = [Arrival(EVENING, 200_000), Arrival(EVENING + 600, 200_000, "faces")]  # hours of five units each


async def test_two_models_spend_no_more_than_their_one_budget_and_go_on_the_next_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with controller_stack(tmp_path, monkeypatch, ("v1", "v2"), **SETTINGS) as stack, clients() as aws:
        board = DynamoControl(aws.dynamodb, load(DetectingSettings).table_name("control"))
        world = SteppedWorld(stack, aws, ARRIVALS, {model_arn("v1"): "logos", model_arn("v2"): "faces"})
        await world.begin(EVENING)
        async with (
            clock_of(world) as clock,
            stack.process("controller", "tests.system.controller.stepped", clock, "services.controller"),
        ):
            await world.until(DAY - 600)
            late = await _reports(board)
            spent = [await _use(board, name, world.midnight) for name in late]
            bills = await stack.bills()
            await world.until(DAY + 1800)
            next_day = await _reports(board)
    assert all(report.state is ModelState.STOPPED for report in late.values())
    assert all(report.reason.startswith("out of budget until") for report in late.values())
    assert all(use.starts and use.running for use in spent)
    assert 0.6 * BUDGET < running_cost(sum(use.running + use.passing for use in spent)) <= BUDGET
    assert sum(use.running for use in spent) == pytest.approx(
        sum(bill["unit_seconds"] for bill in bills), rel=0.01
    )
    assert any(report.state is ModelState.RUNNING for report in next_day.values())


async def _reports(board: DynamoControl) -> dict[str, ModelReport]:
    found = {name: await board.report(name) for name in ("cups/v1", "cups/v2")}
    return {name: report for name, report in found.items() if report}


async def _use(board: DynamoControl, name: str, at: float) -> DayUse:
    return day_use(await board.record(day_key(name, day_of(at))))
