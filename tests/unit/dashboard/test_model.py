"""The model's page: versions with their evaluation; started and stopped by hand, or one sentence why not."""

from __future__ import annotations

import json

import pytest

from shared.control import ModelState
from tests.unit.dashboard.desk import Desk

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
        refused = await browser.post("/model/stop")
        assert (refused.status, "cannot be stopped" in refused.text) == (409, True)
        desk.models.become(ModelState.RUNNING)
        assert (await browser.post("/model/stop")).status == 200
        assert len(desk.models.stops) == 1


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
