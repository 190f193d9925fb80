"""The control port: one leader at a time, terms told apart by their fence, and a notice board."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Protocol

import pytest

from shared.aws.clients import Clients
from shared.aws.dynamodb.control import EXPIRES_AT, DynamoControl
from shared.aws.dynamodb.items import scan
from shared.config.settings import DetectingSettings
from shared.models.control import (
    MOST_RECORDS,
    RECORDS_KEPT,
    Fault,
    Lease,
    LeaseTable,
    ModelBoard,
    ModelReport,
    ModelState,
    Pause,
)
from tests.contract.names import unique
from tests.fakes import FakeControl

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


class Control(LeaseTable, ModelBoard, Protocol):
    """Both ports of the control table."""


@pytest.fixture(params=["fake", "dynamodb"])
def control(request: pytest.FixtureRequest) -> Control:
    if request.param == "fake":
        return FakeControl()
    installation = request.getfixturevalue("installation")
    return DynamoControl(request.getfixturevalue("clients").dynamodb, installation.table_name("control"))


@pytest.fixture
def name() -> str:
    return unique("controller")


@pytest.fixture
def report() -> ModelReport:
    return ModelReport(
        model=unique("model"),
        state=ModelState.RUNNING,
        units=2,
        reason="1,200 frames outstanding",
        outstanding=1200,
        unit_seconds=1234.567,
        at=time.time(),  # a row of long ago would expire
    )


async def test_a_lease_that_nobody_took_is_empty(control: Control, name: str) -> None:
    assert await control.lease(name) == Lease()


async def test_a_lease_is_replaced_by_who_read_it_last(control: Control, name: str) -> None:
    taken = Lease("a", fence=1, beat=1)
    assert await control.replace(name, Lease(), taken)
    assert await control.lease(name) == taken
    assert not await control.replace(name, Lease(), Lease("b", 1, 1))
    assert not await control.replace(name, Lease("a", 1, 0), Lease("b", 2, 1))
    assert await control.replace(name, taken, Lease("b", 2, 2))
    assert await control.lease(name) == Lease("b", 2, 2)


async def test_of_many_candidates_one_leads(control: Control, name: str) -> None:
    taken = await asyncio.gather(*(control.replace(name, Lease(), Lease(f"c{n}", 1, 1)) for n in range(8)))
    assert taken.count(True) == 1


async def test_leases_of_different_names_are_apart(control: Control, name: str) -> None:
    assert await control.replace(name, Lease(), Lease("a", 1, 1))
    assert await control.lease(unique("other")) == Lease()


# --- the board


async def test_a_report_is_read_as_posted(control: Control, report: ModelReport) -> None:
    assert await control.report(report.model) is None
    assert await control.publish(report, fence=1)
    assert await control.report(report.model) == report


async def test_a_leader_may_post_again(control: Control, report: ModelReport) -> None:
    await control.publish(report, fence=1)
    later = replace(report, state=ModelState.STOPPING, at=report.at + 10)
    assert await control.publish(later, fence=1)
    assert await control.report(report.model) == later


async def test_an_old_leader_s_late_report_is_refused(control: Control, report: ModelReport) -> None:
    await control.publish(report, fence=2)
    assert not await control.publish(replace(report, units=5), fence=1)
    assert await control.report(report.model) == report


async def test_a_report_is_refuted_by_its_time(control: Control, report: ModelReport) -> None:
    assert await control.refuted(report.model) < 0
    await control.refute(report.model, report.at)
    assert await control.refuted(report.model) == report.at
    await control.refute(report.model, report.at + 10)
    assert await control.refuted(report.model) == report.at + 10


async def test_a_late_refutal_leaves_a_newer_one_standing(control: Control, report: ModelReport) -> None:
    await asyncio.gather(*(control.refute(report.model, report.at + n) for n in range(8)))
    await control.refute(report.model, report.at)
    assert await control.refuted(report.model) == report.at + 7


async def test_records_are_kept_with_a_report_or_not_at_all(control: Control, report: ModelReport) -> None:
    kept, lost = unique("kept"), unique("lost")
    assert await control.record(kept) is None
    assert await control.publish(report, 2, {kept: "one", f"{kept}-too": "two"})
    assert not await control.publish(report, 1, {kept: "overtaken", lost: "overtaken"})
    assert await control.record(kept) == "one"
    assert await control.record(f"{kept}-too") == "two"
    assert await control.record(lost) is None


async def test_records_expire_long_after_their_report_and_nothing_else_does(
    clients: Clients, installation: DetectingSettings, name: str, report: ModelReport
) -> None:
    table = installation.table_name("control")
    control = DynamoControl(clients.dynamodb, table)
    await control.replace(name, Lease(), Lease("a", 1, 1))
    await control.publish(report, 1, {name: "one"})
    await control.refute(report.model, report.at)
    await control.set_fault(report.model, Fault("wrong", report.at))
    await control.set_pause(report.model, Pause("by hand", report.at))
    rows = [row async for row in scan(clients.dynamodb, TableName=table)]
    ours = {row["item"]: row.get(EXPIRES_AT) for row in rows if name in str(row) or report.model in str(row)}
    assert ours.pop(f"RECORD#{name}") == int(report.at) + RECORDS_KEPT
    assert len(ours) == 5
    assert set(ours.values()) == {None}


async def test_as_many_records_as_are_allowed_are_kept(control: Control, report: ModelReport) -> None:
    stem = unique("many")
    assert await control.publish(report, 1, {f"{stem}-{n}": str(n) for n in range(MOST_RECORDS)})
    assert await control.record(f"{stem}-{MOST_RECORDS - 1}") == str(MOST_RECORDS - 1)


async def test_a_pause_is_set_and_taken_away(control: Control, report: ModelReport) -> None:
    assert await control.pause(report.model) is None
    pause = Pause("stopped by hand", at=1763884800.5)
    await control.set_pause(report.model, pause)
    assert await control.pause(report.model) == pause
    await control.set_pause(report.model, None)
    assert await control.pause(report.model) is None


async def test_a_fault_is_posted_and_taken_down(control: Control, report: ModelReport) -> None:
    assert await control.fault(report.model) is None
    fault = Fault("the model's ARN is wrong: correct LOGOSTREAM_MODEL_ARN", at=1763884800.5)
    await control.set_fault(report.model, fault)
    assert await control.fault(report.model) == fault
    await control.set_fault(report.model, None)
    assert await control.fault(report.model) is None
    await control.set_fault(report.model, None)
