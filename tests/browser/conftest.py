"""A real browser, Debian's Chromium, before a dashboard with all its processes, or before one on fakes."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.browser.desk_server import DeskServer
from tests.system.local_stack import LocalStack
from tests.tools import lacking
from tests.unit.dashboard.desk import Desk

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # ms
EXPECTED_NOISE = "Failed to load resource"  # Chromium's own word on answers that a test provokes


@pytest.fixture(scope="session")
def program() -> Path:
    if not CHROMIUM.is_file():
        lacking(f"{CHROMIUM} does not exist: install Debian's chromium, or set CHROMIUM")
    return CHROMIUM


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # Not for the session: while it lives, no other test of this process can run an event loop.
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, program: Path) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window; a script that breaks, or that the policy forbids, fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    opened = context.new_page()
    broken: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED_NOISE not in message.text:
            broken.append(message.text)

    opened.on("console", note)
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    context.close()
    assert broken == []


@pytest.fixture(scope="session")
def dashboard(program: Path, stack: LocalStack) -> str:
    """The address of the stack's dashboard."""
    return stack.environment["LOGOSTREAM_DASHBOARD"]


@pytest.fixture
def serve() -> Iterator[Callable[..., DeskServer]]:
    """Starts dashboards on fakes, which end with the test."""
    with ExitStack() as servers:

        def start(desk: Desk | Coroutine[Any, Any, Desk], **settings: Any) -> DeskServer:
            return servers.enter_context(DeskServer(desk, settings))

        yield start
