"""The model's page: versions with their evaluation; started and stopped by hand, or one sentence why not."""

from __future__ import annotations

import json
import time

import pytest

from shared.control import ModelReport, ModelState
from shared.usage import DayUse, day_body, day_key, day_of
from tests.unit.dashboard.desk import MODEL, Desk

pytestmark = pytest.mark.real_time


async def test_versions_are_shown_with_their_evaluation() -> None:
    async with Desk().browser() as browser:
        page = (await browser.get("/model")).text
        assert "0.910" in page
        assert "stopped" in page


async def test_the_model_is_started_with_the_units_asked_for_and_stopped() -> None:
    desk = Desk()
    async with desk.browser() as browser:
        assert "$4.00 an hour" in (await browser.load("/model")).text
        assert (await browser.post("/model/start", {"units": 2})).status == 200
        assert [units for _, units in desk.models.starts] == [2]
        again = await browser.post("/model/start", {"units": 2})
        assert (again.status, "cannot be started" in again.text) == (409, True)
        desk.models.become(ModelState.RUNNING)
        assert (await browser.post("/model/stop")).status == 200
        assert len(desk.models.stops) == 1


async def test_what_is_stopped_by_hand_stays_stopped_until_it_is_started_by_hand() -> None:
    desk = Desk()
    desk.control.reports[MODEL] = (
        ModelReport(MODEL, ModelState.STOPPED, 0, "stopped: a hand is at the switch", 5, 0.0, 4e9),
        1,
    )
    async with desk.browser() as browser:
        await browser.load("/model")
        await browser.post("/model/stop")  # it does not run, and is not to
        pause = await desk.control.pause(MODEL)
        assert pause
        assert pause.reason == "stopped by hand"
        desk.control.faults.refuse["set_pause"] = 1
        assert (await browser.post("/model/start")).status == 400  # without a body
        await browser.post("/model/start", {"units": 1})
        assert desk.models.starts == []  # the controller would not have known
        assert (await browser.post("/model/start", {"units": 1})).status == 200
        assert await desk.control.pause(MODEL) is None


async def test_the_days_bill_is_shown_beside_its_budget() -> None:
    desk = Desk()
    report = ModelReport(MODEL, ModelState.RUNNING, 1, "running: 5 frames to examine", 5, 7200.0, time.time())
    today = {day_key(MODEL, day_of(time.time())): day_body(DayUse(running=1800.0))}
    await desk.control.publish(report, 1, today)
    async with desk.browser(day_budget=20.0) as browser:
        page = (await browser.get("/model")).text
        assert "$2.00" in page
        assert "of $20.00" in page
        assert "$8.00" in page


@pytest.mark.parametrize("units", [0, -1, 1000, "many", None])
async def test_units_that_cannot_be_are_refused(units: object) -> None:
    desk = Desk()
    async with desk.browser() as browser:
        await browser.load("/model")
        assert (await browser.post("/model/start", {"units": units})).status == 400
    assert desk.models.starts == []


async def test_a_quota_is_told_in_one_sentence() -> None:
    async with Desk().browser() as browser:
        await browser.load("/model")
        refused = await browser.post("/model/start", {"units": 9})
        assert refused.status == 503
        assert "at most 5 units" in json.loads(refused.text)["error"]


async def test_rekognition_that_is_down_leaves_the_rest_of_the_page() -> None:
    desk = Desk()
    desk.models.faults.refuse["versions"] = 1
    async with desk.browser() as browser:
        page = await browser.get("/model")
        assert page.status == 200
        assert 'role="alert"' in page.text


async def test_a_read_only_page_has_no_switch() -> None:
    async with Desk().browser(dashboard_read_only=True) as browser:
        assert "/model/stop" not in (await browser.get("/model")).text
