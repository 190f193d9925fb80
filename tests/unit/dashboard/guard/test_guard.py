"""The dashboard is safe by default: who may enter, which page may change something, what a page may do."""

from __future__ import annotations

import pytest

from services.dashboard.settings import DashboardSettings
from shared.config.settings import BadSettings, load
from tests.unit.dashboard.desk import TOKEN, Desk

pytestmark = pytest.mark.real_time

REDRIVE = "/queues/frames-logos/redrive"


async def test_every_answer_confines_the_page() -> None:
    async with Desk().browser() as browser:
        for path in ("/", "/static/style.css", "/nowhere"):
            headers = (await browser.get(path)).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
            assert "unsafe" not in policy
            assert "connect-src 'self' http://s3.test;" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"


async def test_a_page_has_no_script_and_no_style_inside() -> None:
    async with Desk().browser() as browser:
        page = (await browser.get("/")).text
        assert page.count("<script") == page.count('<script type="module" src="/static/')
        assert "style=" not in page
        assert "<style" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")


async def test_without_a_sign_in_only_this_machines_names_are_answered() -> None:
    async with Desk().browser() as browser:
        assert (await browser.get("/", Host="localhost:8090")).status == 200
        refused = await browser.get("/", Host="evil.test")
        assert refused.status == 403
        assert "evil.test is not the address of this page" in refused.text


async def test_a_page_of_ours_may_change_something() -> None:
    desk = Desk()
    await desk.queues["frames-logos-dead"].send(["letter"])
    async with desk.browser() as browser:
        await browser.load()
        assert (await browser.post(REDRIVE)).text == '{"moved": 1}'
    assert desk.queues["frames-logos"].bodies == ["letter"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": "another"},
        {"X-CSRF-Token": ""},
        {"Origin": "http://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_foreign_page_may_change_nothing(headers: dict[str, str]) -> None:
    desk = Desk()
    await desk.queues["frames-logos-dead"].send(["letter"])
    async with desk.browser() as browser:
        await browser.load()
        refused = await browser.post(REDRIVE, **headers)
        assert refused.status == 403
        assert "load it again" in refused.text
    assert desk.queues["frames-logos"].bodies == []


async def test_a_read_only_dashboard_shows_everything_and_changes_nothing() -> None:
    desk = Desk()
    await desk.queues["frames-logos-dead"].send(["letter"])
    async with desk.browser(dashboard_read_only=True) as browser:
        page = await browser.load()
        assert page.status == 200
        assert "data-post" not in page.text
        refused = await browser.post(REDRIVE)
        assert (refused.status, "LOGOSTREAM_DASHBOARD_READ_ONLY" in refused.text) == (403, True)
    assert desk.queues["frames-logos"].bodies == []


async def test_who_does_not_know_the_token_stays_outside() -> None:
    async with Desk().browser(dashboard_token=TOKEN) as browser:
        away = await browser.get("/")
        assert (away.status, away.headers["Location"]) == (303, "/sign-in")
        assert (await browser.get("/events", Accept="text/event-stream")).status == 401
        assert (await browser.sign_in("a guess")).status == 401
        assert (await browser.get("/session", Accept="*/*")).status == 401


async def test_who_knows_the_token_comes_in_and_goes_out() -> None:
    async with Desk().browser(dashboard_token=TOKEN) as browser:
        assert (await browser.sign_in(TOKEN)).status == 303
        assert (await browser.get("/")).status == 200
        assert (await browser.post("/sign-out")).status == 303
        assert (await browser.get("/")).status == 303


async def test_a_sign_in_gives_another_session_than_one_had_before() -> None:
    async with Desk().browser(dashboard_token=TOKEN) as browser:
        await browser.load("/sign-in")
        before = browser.csrf
        await browser.sign_in(TOKEN)
        assert browser.csrf != before


async def test_guessing_the_token_is_slow() -> None:
    async with Desk().browser(dashboard_token=TOKEN) as browser:
        statuses = [(await browser.sign_in("a guess")).status for _ in range(6)]
        assert statuses == [401, 401, 401, 401, 401, 403]


async def test_a_session_runs_out() -> None:
    async with Desk().browser(dashboard_token=TOKEN, dashboard_session_hours=1e-9) as browser:
        await browser.sign_in(TOKEN)
        assert (await browser.get("/session", Accept="*/*")).status == 401


async def test_the_token_is_in_no_page() -> None:
    async with Desk().browser(dashboard_token=TOKEN) as browser:
        await browser.sign_in(TOKEN)
        assert TOKEN not in (await browser.get("/")).text


async def test_a_trusted_proxy_names_the_user() -> None:
    async with Desk().browser(dashboard_user_header="x-forwarded-user") as browser:
        assert (await browser.get("/")).status == 303
        assert (await browser.get("/", **{"x-forwarded-user": "ada"})).status == 200


def test_an_exposed_dashboard_demands_a_sign_in() -> None:
    with pytest.raises(BadSettings, match="anybody could use it: set LOGOSTREAM_DASHBOARD_TOKEN"):
        load(DashboardSettings, dashboard_host="0.0.0.0")
    load(DashboardSettings, dashboard_host="0.0.0.0", dashboard_token=TOKEN)
    load(DashboardSettings, dashboard_host="0.0.0.0", dashboard_user_header="x-user")
    load(DashboardSettings, dashboard_host="::1")
    load(DashboardSettings, dashboard_host="0.0.0.0", dashboard_on_loopback=True)  # a published port


def test_a_short_token_is_refused_and_not_shown() -> None:
    with pytest.raises(BadSettings, match="fewer than 16 characters") as error:
        load(DashboardSettings, dashboard_token="secret", dashboard_host="127.0.0.1")
    assert "'secret'" not in str(error.value)
