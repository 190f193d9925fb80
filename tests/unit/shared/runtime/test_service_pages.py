"""The pages of a service: alive, ready or why not, and the metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from shared.runtime.service import Life, pages

pytestmark = pytest.mark.real_time


@pytest.fixture
async def life() -> Life:
    return Life("tiny")


@pytest.fixture
async def browser(life: Life) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        pages(life, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def page(browser: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with browser.get(path) as reply:
        return reply.status, await reply.text()


async def test_a_service_that_starts_or_drains_is_alive_but_not_ready(
    life: Life, browser: aiohttp.ClientSession
) -> None:
    assert await page(browser, "/healthz") == (200, "alive\n")
    assert await page(browser, "/readyz") == (503, "starting\n")
    life.tell("waiting for the model")
    assert await page(browser, "/readyz") == (503, "waiting for the model\n")


async def test_a_service_at_work_is_ready(life: Life, browser: aiohttp.ClientSession) -> None:
    life.tell(None)
    assert await page(browser, "/readyz") == (200, "ready\n")


async def test_metrics_are_served_as_prometheus_reads_them(browser: aiohttp.ClientSession) -> None:
    status, text = await page(browser, "/metrics")
    assert status == 200
    assert "# TYPE logostream_leases_lost_total counter" in text
