"""The control port: one leader at a time, terms told apart by their fence, and a notice board."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Protocol

import pytest

from shared.control import Fault, Leases, ModelBoard, ModelReport, ModelState
from shared.dynamodb_control import DynamoControl
from tests.contract.names import unique
from tests.fakes import FakeControl

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


class Control(Leases, ModelBoard, Protocol):
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
        at=1763884800.123,
    )


async def test_a_free_lease_is_taken_and_kept_from_others(control: Control, name: str) -> None:
    assert await control.acquire(name, "a", 30, now=100) == 1
    assert await control.acquire(name, "b", 30, now=129.9) is None


async def test_a_renewal_keeps_the_fence_and_moves_the_end(control: Control, name: str) -> None:
    await control.acquire(name, "a", 30, now=100)
    assert await control.acquire(name, "a", 30, now=120) == 1
    assert await control.acquire(name, "b", 30, now=149.5) is None


async def test_the_fence_rises_when_another_takes_over(control: Control, name: str) -> None:
    await control.acquire(name, "a", 30, now=100)
    assert await control.acquire(name, "b", 30, now=130.5) == 2
    assert await control.acquire(name, "a", 30, now=131) is None
    assert await control.acquire(name, "a", 30, now=161) == 3


async def test_a_lease_that_ended_untaken_is_renewed_by_its_owner(control: Control, name: str) -> None:
    await control.acquire(name, "a", 30, now=100)
    assert await control.acquire(name, "a", 30, now=500) == 1


async def test_of_many_candidates_one_leads(control: Control, name: str) -> None:
    fences = await asyncio.gather(*(control.acquire(name, f"c{n}", 30, now=100) for n in range(8)))
    assert [fence for fence in fences if fence is not None] == [1]


async def test_a_released_lease_is_free_at_once(control: Control, name: str) -> None:
    await control.acquire(name, "a", 30, now=100)
    await control.release(name, "a")
    assert await control.acquire(name, "b", 30, now=101) == 2


async def test_another_s_lease_is_not_released(control: Control, name: str) -> None:
    await control.acquire(name, "a", 30, now=100)
    await control.release(name, "b")
    await control.release(unique("unknown"), "b")
    assert await control.acquire(name, "b", 30, now=101) is None


async def test_leases_of_different_names_are_apart(control: Control, name: str) -> None:
    assert await control.acquire(name, "a", 30, now=100) == 1
    assert await control.acquire(unique("other"), "b", 30, now=100) == 1


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


async def test_a_fault_is_posted_and_taken_down(control: Control, report: ModelReport) -> None:
    assert await control.fault(report.model) is None
    fault = Fault("the model's ARN is wrong: correct LOGOSTREAM_MODEL_ARN", at=1763884800.5)
    await control.set_fault(report.model, fault)
    assert await control.fault(report.model) == fault
    await control.set_fault(report.model, None)
    assert await control.fault(report.model) is None
    await control.set_fault(report.model, None)
