"""One video: its film in ranges, its frames with boxes whether it is done or not, its files."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from dataclasses import replace

import aiohttp
import cv2
import numpy as np
import pytest

from services.dashboard.film.library import Library
from services.dashboard.film.playback import Frame, of_ledger, of_results, so_far
from services.dashboard.film.thumbnails import shrink
from shared.messaging.messages import Detection, FrameFailed
from shared.storage.objects import Address
from shared.videos.ledger import State, Video
from tests.unit.dashboard.desk import Desk
from tests.unit.dashboard.filled_desk import ACME, FILM, FRAME_ID, at_work, detected, finished, row

AT_ONCE = struct.pack("ii", 1, 0)  # a line closed so is reset, not ended


def test_the_frames_of_the_ledger_and_of_the_results_are_the_same_frames() -> None:
    of_the_ledger = of_ledger([detected(1, ACME), detected(0)]).frames
    rows = {"frames": [row(0), row(1, "detected", ACME)]}
    assert of_results(json.dumps(rows).encode(), b"").frames == of_the_ledger
    sides = {"left": 0.25, "top": 0.5, "width": 0.125, "height": 0.0625}
    box = {"label": "Acme", "detector": "logos", "confidence": 87.5, **sides}
    assert of_the_ledger[1] == Frame(1.0, "detected", FRAME_ID, (box,), frozenset({"logos"}))


def test_a_frame_that_failed_or_was_left_out_says_so() -> None:
    failed = FrameFailed(video_id="cup-1", chunk=0, instant=1, timestamp_ms=1000, reason="too large")
    assert of_ledger([failed]).frames == (Frame(1.0, "failed", FRAME_ID, ()),)
    rows = {"frames": [row(1, "skipped"), row(2, "inherited", ACME)]}
    skipped, inherited = of_results(json.dumps(rows).encode(), b"").frames
    assert (skipped.outcome, skipped.image) == ("skipped", None)
    assert (inherited.outcome, inherited.image, len(inherited.boxes)) == ("inherited", None, 1)


def test_a_label_without_a_box_is_true_of_the_whole_frame() -> None:
    [frame] = of_ledger([detected(1, Detection(label="beach", confidence=90))]).frames
    assert (frame.boxes[0]["left"], frame.boxes[0]["width"]) == (0.0, 1.0)


def test_brands_are_told_before_the_video_is_done() -> None:
    faint = ACME.model_copy(update={"confidence": 50.0})
    rows = so_far(of_ledger([detected(0, ACME, faint), detected(1, faint), detected(2)]))
    assert [(each.brand, each.frames, each.confidence) for each in rows] == [("Acme", 2, 87.5)]


async def test_what_has_ended_is_read_once_and_what_is_at_work_seldom() -> None:
    for desk, calls in ((await finished(), 2), (await at_work(), 0)):
        library = Library(desk.ledger, desk.objects, "logostream-results", clock=lambda: 0.0)
        film: Video = desk.ledger.videos["cup-1"]
        assert await library.playback(film) is await library.playback(film)
        assert desk.objects.faults.calls.count("get") == calls


async def test_the_results_of_what_has_ended_are_read_once_for_each_end() -> None:
    desk = await finished()
    library = Library(desk.ledger, desk.objects, "logostream-results")
    film: Video = desk.ledger.videos["cup-1"]
    for _ in range(3):
        results = await library.results(film)
        assert results.brands
        assert "exposures.csv" in results.files
    assert desk.objects.faults.calls.count("get") == 1
    await library.results(replace(film, finished_at=5e9))
    assert desk.objects.faults.calls.count("get") == 2


async def test_a_video_that_ends_is_read_anew() -> None:
    desk = await at_work()
    library = Library(desk.ledger, desk.objects, "logostream-results", clock=lambda: 0.0)
    before = await library.playback(desk.ledger.videos["cup-1"])
    await desk.ledger.move("cup-1", State.CANCELLED, {State.EXTRACTING})
    after = await library.playback(desk.ledger.videos["cup-1"])
    assert after == before  # it has no results, so the ledger's frames are shown still
    assert after is not before


@pytest.mark.real_time
async def test_the_film_is_sent_in_the_ranges_that_are_asked_for() -> None:
    desk = await at_work()
    async with (
        desk.browser() as browser,
        browser.session.get("/videos/cup-1/film", headers={"Range": "bytes=100-199"}) as part,
        browser.session.get("/videos/cup-1/film") as whole,
    ):
        assert (part.status, part.headers["Content-Range"]) == (206, f"bytes 100-199/{len(FILM)}")
        assert await part.read() == FILM[100:200]
        assert (whole.status, whole.headers["Content-Type"]) == (200, "video/mp4")
        assert await whole.read() == FILM


@pytest.mark.real_time
async def test_a_player_that_reads_no_further_is_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    desk = await at_work()
    await desk.objects.put(Address("logostream-videos", "in/cup.mp4"), FILM * 8000, "video/mp4")
    version = (await desk.objects.stat(Address("logostream-videos", "in/cup.mp4"))).version
    cup = desk.ledger.videos["cup-1"]
    desk.ledger.videos["cup-1"] = replace(cup, source=cup.source.model_copy(update={"version": version}))
    async with desk.browser() as browser:
        film = await browser.session.get("/videos/cup-1/film")
        await _line_is_full(desk)
        assert film.connection
        assert film.connection.transport
        line = film.connection.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        film.close()  # amid the film, as a browser does at each seek
        assert (await browser.get("/videos/cup-1")).status == 200
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def _line_is_full(desk: Desk) -> None:
    """Return once nothing more is read of the film: what was sent last waits for the player."""
    before, now = -1, 0
    while before != now:
        for _ in range(50):
            await asyncio.sleep(0)
        before, now = now, desk.objects.faults.calls.count("read")


@pytest.mark.real_time
async def test_a_film_that_cannot_be_read_on_breaks_off_and_nothing_else_is_sent_for_it() -> None:
    desk = await at_work()
    desk.objects.faults.refuse["read"] = 1
    async with desk.browser() as browser, browser.session.get("/videos/cup-1/film") as film:
        with pytest.raises(aiohttp.ClientPayloadError):
            await asyncio.wait_for(film.read(), 2)


@pytest.mark.real_time
async def test_a_film_that_was_replaced_is_not_shown_with_another_ones_boxes() -> None:
    desk = await at_work()
    await desk.objects.put(Address("logostream-videos", "in/cup.mp4"), b"another", "")
    async with desk.browser() as browser:
        gone = await browser.get("/videos/cup-1/film", Accept="*/*")
        assert (gone.status, "was replaced since" in gone.text) == (410, True)


@pytest.mark.real_time
async def test_a_stream_ends_when_the_ledger_cannot_be_read_and_nothing_else_is_sent_on_it() -> None:
    desk = await at_work()
    async with desk.browser() as browser, browser.session.get("/videos/cup-1/events") as stream:
        await stream.content.readuntil(b"\n\n")
        desk.ledger.faults.refuse["get"] = 1
        assert await asyncio.wait_for(stream.content.read(), 3) == b""


@pytest.mark.real_time
async def test_frames_are_told_while_the_video_is_at_work_and_after() -> None:
    for desk, ended, exposures in (
        (await at_work(), False, []),
        (await finished(), True, [["Acme", 0.5, 1.5, "logos"]]),
    ):
        async with desk.browser() as browser:
            told = json.loads((await browser.get("/videos/cup-1/frames.json")).text)
            assert (told["ended"], told["exposures"]) == (ended, exposures)
            assert told["frames"][-1]["boxes"][0]["label"] == "Acme"


@pytest.mark.real_time
async def test_the_page_shows_brands_and_files() -> None:
    async with (await at_work()).browser() as browser:
        page = (await browser.get("/videos/cup-1")).text
        assert "Brand, so far" in page
        assert "1 frame" in page
        assert "The files come when the video is done" in page
    async with (await finished()).browser() as browser:
        page = (await browser.get("/videos/cup-1")).text
        assert "12.5 s" in page
        assert "/videos/cup-1/results/exposures.csv" in page


@pytest.mark.real_time
async def test_a_report_may_run_its_scripts_in_nobodys_name() -> None:
    async with (await finished()).browser() as browser:
        report = await browser.get("/videos/cup-1/results/report.html")
        assert report.headers["Content-Security-Policy"].startswith("sandbox allow-scripts;")
        csv = await browser.get("/videos/cup-1/results/exposures.csv")
        assert csv.headers["Content-Disposition"] == 'attachment; filename="cup-1-exposures.csv"'


@pytest.mark.real_time
@pytest.mark.parametrize(
    "path",
    [
        "/videos/gone",
        "/videos/CUP",
        "/videos/..%2f..%2fetc/film",
        "/videos/cup-1/results/..%2fcup-2%2fsummary.json",
        "/videos/cup-1/results/secret",
        "/videos/cup-1/frames/..%2f..%2fx.jpg",
        f"/videos/cup-1/frames/{FRAME_ID}.jpg",  # well named, but not there
        "/static/../settings.py",
    ],
)
async def test_no_path_leads_anywhere_else(path: str) -> None:
    async with (await finished()).browser() as browser:
        assert (await browser.get(path)).status == 404


@pytest.mark.real_time
async def test_frames_come_whole_or_small_and_stay_in_the_browser() -> None:
    desk = await at_work()
    picture = cv2.imencode(".jpg", np.zeros((720, 1280, 3), np.uint8))[1].tobytes()
    await desk.objects.put(Address("logostream-frames", f"frames/cup-1/{FRAME_ID}.jpg"), picture, "")
    async with (
        desk.browser() as browser,
        browser.session.get(f"/videos/cup-1/frames/{FRAME_ID}.jpg?width=160") as small,
        browser.session.get(f"/videos/cup-1/frames/{FRAME_ID}.jpg") as whole,
    ):
        assert await whole.read() == picture
        assert "immutable" in whole.headers["Cache-Control"]
        decoded = cv2.imdecode(np.frombuffer(await small.read(), np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape[:2] == (90, 160)


def test_what_is_no_picture_is_left_as_it_is() -> None:
    assert shrink(b"no picture", 160) == b"no picture"
