"""Every page can be used by keyboard and by ear, and fits phone, tablet and wide screen in both themes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.models.control import Fault
from shared.storage.objects import Address
from shared.videos.ledger import Chunk
from tests.browser.desk_server import DeskServer
from tests.fakes import FakeModels
from tests.known_videos import summary, video
from tests.unit.dashboard.desk import Desk, spec
from tests.unit.dashboard.filled_desk import with_picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Serve = Callable[..., DeskServer]
PATHS = ["/", "/videos", "/videos/cup-1", "/brands", "/model", "/review?below=90"]
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "wide": (1920, 1080)}
# Controls that a screen reader could only call "button" or "edit".
NAMELESS = """() => [...document.querySelectorAll("a, button, input, select, [role=slider]")]
  .filter((control) => control.checkVisibility() && control.type !== "hidden")
  .filter((control) => ![control.getAttribute("aria-label"), control.textContent, control.placeholder,
    ...[...(control.labels ?? [])].map((label) => label.textContent)].some((name) => name?.trim()))
  .map((control) => control.outerHTML)"""


@pytest.mark.parametrize("path", PATHS)
def test_every_control_has_a_name_and_every_page_one_heading(page: Page, serve: Serve, path: str) -> None:
    page.goto(f"{serve(with_picture()).url}{path}")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_have_count(1)
    expect(page.locator("nav [aria-current=page]")).to_have_count(0 if path.startswith("/videos/") else 1)
    page.wait_for_timeout(500)
    assert page.evaluate(NAMELESS) == []


async def crowded() -> Desk:
    """Names without a gap to break them at, two models, and a fault that goes on and on."""
    desk = await with_picture()
    desk.others["violence"] = FakeModels()
    endless = replace(video("long-1", f"in/{'x' * 90}.mp4"), deadline_at=2000.0)
    await desk.ledger.plan(endless, [Chunk(0, 10), Chunk(1, 10)])
    fault = Fault(f"arn:aws:{'y' * 90} does not exist", 0.0)
    await desk.control.set_fault(spec("violence", "violence").key, fault)
    brands = [{**summary()["brands"][0], "brand": name} for name in ("z" * 40, "Acme International Holdings")]
    place = Address("logostream-results", "results/cup-1/summary.json")
    await desk.objects.put(place, json.dumps(summary(brands=brands)).encode(), "")
    return desk


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits(page: Page, serve: Serve, path: str, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    themes: list[Any] = ["light", "dark"]
    url = f"{serve(crowded()).url}{path}"
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.goto(url)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_what_was_found_and_no_buttons(page: Page, serve: Serve) -> None:
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{serve(crowded()).url}/videos/cup-1")
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    assert page.locator("button:visible, nav:visible, video:visible, input:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 32, 43)"  # dark on white


def test_all_is_reached_by_keyboard(page: Page, serve: Serve) -> None:
    page.goto(f"{serve(Desk()).url}/videos")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    reached = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))
    assert {"files", "address", "text", "tone"} <= reached
