"""What the page shows while the pipeline works: one look for all, rates, parts that fail alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.live import words
from services.dashboard.live.costs import Costs
from services.dashboard.live.observer import Observer
from services.dashboard.live.rates import service_rate
from services.dashboard.live.replicas import SILENT, Replica, Replicas, read_counters
from services.dashboard.live.rows import row
from shared.costs.usage import DayUse, VideoUse, day_body, day_key, video_body, video_key
from shared.models.control import ModelReport, ModelState
from shared.runtime.service import Life, pages
from shared.telemetry import metrics
from shared.videos.ledger import State
from shared.videos.snapshot import Progress
from shared.wording import count
from tests.fakes import FakeControl
from tests.known_videos import ledger_of, video
from tests.unit.dashboard.desk import MODEL, SPECS, Desk


class NoReplicas:
    """Nobody to ask."""

    async def look(self, now: float) -> tuple[Replica, ...]:
        return ()


def watching(desk: Desk, clock: Callable[[], float]) -> Observer:
    return Observer(desk.ledger, desk.control, desk.pools, SPECS, desk.queues, NoReplicas(), clock)


FRAMES = ("frames_published_total", "")


def extractor(at: float, counters: Mapping[tuple[str, str], float], address: str = "a") -> Replica:
    return Replica("extractor", address, None, at, counters)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.1, 100))
def test_a_rate_is_never_negative_and_a_restart_counts_from_zero(
    then: float, now: float, seconds: float
) -> None:
    before, after = [extractor(0.0, {FRAMES: then})], [extractor(seconds, {FRAMES: now})]
    grown = now - then if now >= then else now
    assert service_rate("extractor", before, after).frames == pytest.approx(grown / seconds)


def test_rates_add_up_over_replicas_and_a_new_one_waits_for_its_second_look() -> None:
    before = [extractor(0.0, {FRAMES: 0.0}, "a"), extractor(0.0, {FRAMES: 5.0}, "b")]
    after = [extractor(2.0, {FRAMES: n}, name) for name, n in {"a": 4.0, "b": 9.0, "new": 100.0}.items()]
    assert service_rate("extractor", before, after).frames == 4.0


def test_counters_are_read_from_the_services_own_page() -> None:
    read = read_counters(
        "# TYPE logostream_messages_handled_total counter\n"
        'logostream_messages_handled_total{queue="videos",outcome="done"} 2\n'
        'logostream_messages_handled_total{queue="chunks",outcome="done"} 3\n'
        "# TYPE python_info gauge\npython_info 1\n"
    )
    assert read == {("messages_handled_total", "done"): 5.0}


@pytest.mark.real_time
async def test_replicas_are_asked_whether_they_are_ready() -> None:
    metrics.frames_published.inc()
    life = Life("extractor")
    async with pages(life, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        services = {"extractor": [f"http://127.0.0.1:{port}"], "detector": ["http://127.0.0.1:1"]}
        starting, silent = await Replicas(http, services).look(5.0)
        assert (starting.unready, starting.at) == ("starting", 5.0)
        assert starting.counters[FRAMES] >= 1
        assert (silent.unready, silent.silent) == (SILENT, True)
        life.tell(None)
        assert (await Replicas(http, services).look(6.0))[0].unready is None


async def test_what_cannot_be_read_stays_as_it_was_and_is_told() -> None:
    desk = Desk(ledger=await ledger_of(video("cup-1", "in/cup.mp4")))
    now = iter(range(1000, 2000))
    observer = watching(desk, clock=lambda: float(next(now)))
    assert [each.name for each in (await observer.look()).snapshot.videos] == ["cup.mp4"]
    desk.ledger.faults.refuse["in_states"] = 1
    failed = await observer.look()
    assert [each.name for each in failed.snapshot.videos] == ["cup.mp4"]
    assert len(failed.troubles) == 1
    assert failed.depths["frames-logos"].total == 0
    assert (await observer.look()).troubles == ()


async def test_a_video_costs_its_share_of_the_days_frames_and_what_is_settled_is_asked_for_once() -> None:
    control = FakeControl()
    day = "2026-11-25"
    records = {
        day_key(MODEL, day): day_body(DayUse(running=3600.0, frames=40)),
        video_key(MODEL, "cup-1"): video_body(VideoUse({day: 10})),
    }
    await control.publish(ModelReport(MODEL, ModelState.RUNNING, 1, "", 0, 0.0, 0.0), 1, records)
    costs = Costs(control, [MODEL])
    done = replace(video("cup-1", "in/cup.mp4", State.COMPLETED), finished_at=1000.0)
    assert await costs.look([done], 1010.0) == {"cup-1": 1.0}  # of four dollars
    before = control.faults.calls.count("record")
    for _ in range(3):
        assert await costs.look([done], 2000.0) == {"cup-1": 1.0}
    assert control.faults.calls.count("record") == before + 2
    assert await Costs(control, [MODEL, "v2"]).look([done], 2000.0) == {"cup-1": 1.0}


async def test_all_who_watch_share_one_look() -> None:
    desk = Desk()
    observer = watching(desk, clock=lambda: 1000.0)
    await asyncio.gather(*[observer.look() for _ in range(20)])
    assert desk.queues["frames-logos"].faults.calls == ["depth"]


@pytest.mark.real_time
async def test_the_page_streams_what_changes() -> None:
    desk = Desk(ledger=await ledger_of(video("cup-1", "in/cup.mp4")))
    async with desk.browser() as browser, browser.session.get("/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        first = (await stream.content.readuntil(b"\n\n")).decode()
        assert "cup.mp4" in first
        assert "No controller has reported yet" in first
        await desk.queues["frames-logos"].send(["a", "b"])
        second = (await stream.content.readuntil(b"\n\n")).decode()
        assert '"flow"' in second
        assert '"at-work"' not in second


def test_progress_never_goes_beyond_its_ends() -> None:
    at_work = video("cup-1", "in/cup.mp4", State.EXTRACTING)
    percents = [row(Progress(at_work, 20, n, n, n), 1500.0).percent for n in range(21)]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert row(Progress(at_work, 0, 0, 0, 0), 1500.0).percent == 0


def test_progress_is_that_of_the_frames_told_beside_it() -> None:
    at_work = video("cup-1", "in/cup.mp4", State.DETECTING)
    assert row(Progress(at_work, 20, 20, 20, 5), 1500.0).percent == 25
    assert row(Progress(at_work, 20, 20, 10, 0), 1500.0).percent == 50  # ten were left out


def test_a_row_says_how_late_it_is() -> None:
    progress = Progress(video("cup-1", "in/cup.mp4"), 20, 5, 5, 1)
    assert (row(progress, 1000.0).due, row(progress, 1000.0).late) == ("due in 2 h", False)
    assert (row(progress, 8500.0).due, row(progress, 8500.0).late) == ("5 min late", True)


def test_figures_are_said_as_people_say_them() -> None:
    assert [words.ago(s) for s in (8, 90, 7000, 200_000)] == ["8 s", "2 min", "2 h", "2 days"]
    assert [count(n, "frame") for n in (1, 2400)] == ["1 frame", "2,400 frames"]
    assert words.listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert [words.length(s) for s in (24, 3723)] == ["0:24", "1:02:03"]
