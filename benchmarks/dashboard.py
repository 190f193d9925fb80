"""How fast the dashboard is in a real browser: `dashboard.py [--quick] [--json FILE]`.

On fakes, so that only the page is measured: the list with 500 videos, and one video of 10,000 frames whose
timeline and strip of frames are scrolled as by a hard flick. References: first paint within a second, no
layout shift, half of all animation frames within two of the screen's, 60 a second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from shared.messaging.messages import BoundingBox, Detection, FrameDetected
from shared.storage.objects import Address
from shared.videos.ledger import Chunk, Counts, State
from shared.videos.timecode import frame_key
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.desk_server import DeskServer
from tests.known_videos import video
from tests.unit.dashboard.desk import Desk

VIDEOS, FRAMES = 500, 10_000
SCREEN_FRAME = 1000 / 60  # ms
SPEED = 6000  # pixels a second: a hard flick
PAINT_AND_SHIFT = """() => new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    shift,
    bytes: performance.getEntriesByType("navigation")[0].encodedBodySize,
  }), 3000);
})"""
SCROLL = """async ([id, seconds, speed]) => {
  const place = document.getElementById(id);
  const from = place.scrollWidth / 3;
  const began = performance.now();
  const times = [];
  let last = began;
  while (last - began < 1000 * seconds) {
    place.scrollLeft = from + (speed * (last - began)) / 1000;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times.slice(2);
}"""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside what it is to be."""

    case: str
    metric: str
    ours: float
    reference: float
    unit: str

    @property
    def ratio(self) -> float | None:
        return round(self.ours / self.reference, 3) if self.reference else None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run instead of five")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = measure(1 if arguments.quick else 5)
    for row in rows:
        print(f"{row.case:22} {row.metric:28} {row.ours:10.2f} {row.unit:4} (to be {row.reference:g})")
    if arguments.json:
        machine = {"cores": os.cpu_count(), "system": platform.platform()}
        table = [{**asdict(row), "ratio": row.ratio} for row in rows]
        arguments.json.write_text(json.dumps({"machine": machine, "rows": table}, indent=2) + "\n")


def measure(runs: int) -> list[Row]:
    """All figures, medians of so many runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows = [*_list_of_videos(browser, runs), *_long_video(browser, runs)]
        browser.close()
    return rows


def _list_of_videos(browser: Browser, runs: int) -> list[Row]:
    with DeskServer(_many_videos(), {}) as server:
        seen = [_loaded(browser, f"{server.url}/videos") for _ in range(runs)]
    case = f"{VIDEOS} videos"
    return [
        Row(case, "first paint", statistics.median(each["paint"] for each in seen), 1000, "ms"),
        Row(case, "layout shift", max(each["shift"] for each in seen), 0, ""),
        Row(case, "page", seen[0]["bytes"] / 1000, 1000, "kB"),
    ]


def _long_video(browser: Browser, runs: int) -> list[Row]:
    with DeskServer(_long(), {}) as server:
        address = f"{server.url}/videos/long-1"
        seen = [_loaded(browser, address) for _ in range(runs)]
        page = _opened(browser, address)
        page.locator("#zoom").fill("1")
        page.wait_for_timeout(2000)  # until it has drawn itself
        rows = [
            _scrolled(page, name, id_, runs) for name, id_ in (("strip", "strip"), ("timeline", "scroll"))
        ]
        cells = page.locator(".cell").count()
        page.context.close()
    case = f"{FRAMES:,} frames"
    return [
        Row(case, "first paint", statistics.median(each["paint"] for each in seen), 1000, "ms"),
        Row(case, "layout shift", max(each["shift"] for each in seen), 0, ""),
        *[row for pair in rows for row in pair],
        Row(case, "cells that exist", cells, 50, ""),
    ]


def _scrolled(page: Page, name: str, id_: str, runs: int) -> list[Row]:
    times: list[float] = [time for _ in range(runs) for time in page.evaluate(SCROLL, [id_, 3, SPEED])]
    case = f"{FRAMES:,} frames"
    return [
        Row(case, f"{name}: frame, median", statistics.median(times), 2 * SCREEN_FRAME, "ms"),
        Row(case, f"{name}: frame, 95 %", statistics.quantiles(times, n=20)[-1], 100, "ms"),
    ]


def _loaded(browser: Browser, address: str) -> dict[str, float]:
    page = _opened(browser, address)
    seen: dict[str, float] = page.evaluate(PAINT_AND_SHIFT)
    page.context.close()
    return seen


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    return page


async def _many_videos() -> Desk:
    desk = Desk()
    for n in range(VIDEOS):
        done = replace(
            video(f"video-{n:03d}", f"in/video-{n:03d}.mp4", State.COMPLETED), created_at=1.7e9 + n, chunks=0
        )
        await desk.ledger.plan(done, [])
    return desk


async def _long() -> Desk:
    desk = Desk()
    long = video("long-1", "in/long.mp4", State.DETECTING)
    long = replace(long, duration_ms=FRAMES * 1000, instants=FRAMES, chunks=1)
    await desk.ledger.plan(long, [Chunk(0, FRAMES, extracted=True, counts=Counts(published=FRAMES))])
    picture = cv2.imencode(".jpg", np.full((720, 1280, 3), 90, np.uint8))[1].tobytes()
    for n in range(FRAMES):
        await desk.ledger.enter_frame(_frame(n))
        key = frame_key("long-1", 1000 * n, n, "jpg")
        await desk.objects.put(Address("logostream-frames", key), picture, "image/jpeg")
    return desk


def _frame(n: int) -> FrameDetected:
    found: Sequence[Any] = [
        Detection(
            label=f"brand {brand}",
            confidence=50 + (n * 7 + brand) % 50,
            box=BoundingBox(left=0.1 * brand, top=0.4, width=0.08, height=0.1),
        )
        for brand in range(8)
        if (n + brand) % (brand + 2) == 0
    ]
    return FrameDetected(
        video_id="long-1",
        chunk=0,
        instant=n,
        timestamp_ms=1000 * n,
        model="v1",
        detections=tuple(found),
        latency_ms=100,
    )


if __name__ == "__main__":
    main()
