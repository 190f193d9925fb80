"""The model's page: versions with their evaluation; started and stopped by hand, or one sentence why not."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from services.dashboard.live.versions import FRESH_SECONDS, Lister, Listing
from shared.costs.usage import DayUse, day_body, day_key, day_of
from shared.models.control import ModelReport, ModelState
from shared.models.pool import Pool
from tests.fakes import FakeModels
from tests.unit.dashboard.desk import MODEL, Desk, spec

pytestmark = pytest.mark.real_time

OTHER = spec("violence", "violence").key


async def test_versions_are_shown_with_their_evaluation() -> None:
    async with Desk().browser() as browser:
        page = (await browser.get("/model")).text
        assert "0.910" in page
        assert "stopped" in page


async def test_versions_are_listed_once_for_all_who_watch_and_anew_a_few_seconds_later() -> None:
    models, now = FakeModels(ModelState.RUNNING), [0.0]
    lister = Lister(models, clock=lambda: now[0])
    assert await lister.look() is await lister.look()
    models.become(ModelState.STOPPING)
    now[0] += FRESH_SECONDS + 0.1
    assert [version.state for version in (await lister.look()).versions] == [ModelState.STOPPING]
    assert models.faults.calls.count("all") == 2


async def test_versions_that_cannot_be_listed_stay_as_they_were_seen_last() -> None:
    models, now = FakeModels(), [0.0]
    lister = Lister(models, clock=lambda: now[0])
    seen = (await lister.look()).versions
    models.faults.refuse["all"] = 1
    now[0] += FRESH_SECONDS + 0.1
    down = await lister.look()
    assert (down.versions, bool(down.trouble)) == (seen, True)
    now[0] += FRESH_SECONDS + 0.1
    assert await lister.look() == Listing(seen)


async def test_the_page_is_sent_the_versions_with_the_states() -> None:
    async with Desk().browser() as browser, browser.session.get("/model/events") as stream:
        parts = json.loads((await stream.content.readline()).removeprefix(b"data: "))
    assert sorted(parts) == ["model-logos", "versions-logos"]
    assert "0.910" in parts["versions-logos"]


async def test_the_model_is_started_with_the_units_asked_for_and_stopped() -> None:
    desk = Desk()
    async with desk.browser() as browser:
        assert "$4.00 an hour" in (await browser.load("/model")).text
        assert (await browser.post("/model/logos/start", {"units": 2})).status == 200
        assert [units for _, units in desk.models.starts] == [2]
        again = await browser.post("/model/logos/start", {"units": 2})
        assert (again.status, "cannot be started" in again.text) == (409, True)
        desk.models.become(ModelState.RUNNING)
        assert (await browser.post("/model/logos/stop")).status == 200
        assert len(desk.models.stops) == 1


async def test_what_is_stopped_by_hand_stays_stopped_until_it_is_started_by_hand() -> None:
    desk = Desk()
    desk.control.reports[MODEL] = (
        ModelReport(MODEL, ModelState.STOPPED, 0, "stopped: a hand is at the switch", 5, 0.0, 4e9),
        1,
    )
    async with desk.browser() as browser:
        await browser.load("/model")
        await browser.post("/model/logos/stop")  # it does not run, and is not to
        pause = await desk.control.pause(MODEL)
        assert pause
        assert pause.reason == "stopped by hand"
        desk.control.faults.refuse["set_pause"] = 1
        assert (await browser.post("/model/logos/start")).status == 400  # without a body
        await browser.post("/model/logos/start", {"units": 1})
        assert desk.models.starts == []  # the controller would not have known
        assert (await browser.post("/model/logos/start", {"units": 1})).status == 200
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
        assert (await browser.post("/model/logos/start", {"units": units})).status == 400
    assert desk.models.starts == []


async def test_each_detectors_model_has_its_own_switch_and_state() -> None:
    desk = Desk(others={"violence": FakeModels(ModelState.RUNNING)})
    report = ModelReport(OTHER, ModelState.RUNNING, 1, "running: 5 frames to examine", 5, 0.0, time.time())
    await desk.control.publish(report, 1)
    async with desk.browser() as browser:
        page = (await browser.load("/model")).text
        assert page.index(f"Model <code>{MODEL}</code>") < page.index(f"Model <code>{OTHER}</code>")
        assert (page.count("No controller has reported yet"), page.count("5 frames to examine")) == (1, 1)
        assert (await browser.post("/model/violence/stop")).status == 200
        assert (len(desk.others["violence"].stops), desk.models.stops) == (1, [])
        assert await desk.control.pause(OTHER)
        assert await desk.control.pause(MODEL) is None
        refused = await browser.post("/model/words/stop")
        assert (refused.status, "words has no model to switch" in refused.text) == (404, True)


async def test_a_state_is_said_once_and_in_words() -> None:
    desk = Desk()
    state, reason = ModelState.TRAINING_COMPLETED, "training_completed: nothing to examine"
    await desk.control.publish(ModelReport(MODEL, state, 0, reason, 0, 0.0, time.time()), 1)
    async with desk.browser() as browser:
        page = (await browser.get("/model")).text
        assert "training completed" in page
        assert "<p>nothing to examine</p>" in page


async def test_the_budget_of_all_models_is_told_beside_what_all_have_cost() -> None:
    desk = Desk(others={"violence": FakeModels()})
    for name in (MODEL, OTHER):
        report = ModelReport(name, ModelState.STOPPED, 0, "stopped: nothing to examine", 0, 0.0, time.time())
        today = {day_key(name, day_of(time.time())): day_body(DayUse(running=1800.0))}
        await desk.control.publish(report, 1, today)
    async with desk.browser(day_budget=20.0) as browser:
        assert "All models today: $4.00 of $20.00." in (await browser.get("/")).text


async def test_a_quota_is_told_in_one_sentence() -> None:
    async with Desk().browser() as browser:
        await browser.load("/model")
        refused = await browser.post("/model/logos/start", {"units": 9})
        assert refused.status == 503
        assert "at most 5 units" in json.loads(refused.text)["error"]


async def test_rekognition_that_is_down_leaves_the_rest_of_the_page() -> None:
    desk = Desk()
    desk.models.faults.refuse["all"] = 1
    async with desk.browser() as browser:
        page = await browser.get("/model")
        assert page.status == 200
        assert 'role="alert"' in page.text


async def test_tables_that_are_down_leave_the_models_and_their_switches() -> None:
    desk = Desk()
    desk.control.faults.refuse.update(report=1000, pause=1000)
    async with desk.browser() as browser:
        page = await browser.get("/model")
        assert (page.status, "state unknown" in page.text, "/model/logos/stop" in page.text) == (
            200,
            True,
            True,
        )


async def test_the_rate_is_shown_once_it_is_learnt() -> None:
    desk = Desk()
    pool = Pool(MODEL, limit=9.0, units=2, units_at=0.0, learnt=False, clean=0, era=0, settled_at=0.0)
    desk.pools.rows[MODEL] = pool
    async with desk.browser() as browser:
        assert "learnt rate" not in (await browser.get("/model")).text
    desk.pools.rows[MODEL] = replace(pool, learnt=True)
    async with desk.browser() as browser:
        assert "4.5<small> frames/s per unit" in (await browser.get("/model")).text


async def test_a_read_only_page_has_no_switch() -> None:
    async with Desk().browser(dashboard_read_only=True) as browser:
        assert "/model/logos/stop" not in (await browser.get("/model")).text
