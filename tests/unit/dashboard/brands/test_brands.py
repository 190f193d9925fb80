"""Brands over all videos: totals add up, shares make a whole, the pictures are the surest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.brands.catalogue import Catalogue
from services.dashboard.brands.films import Film, Shot, film, reduced
from services.dashboard.brands.totals import BUCKETS, DAY, LEAST_HEIGHT, best_shots, confidences, totals
from services.dashboard.film.library import Library
from services.dashboard.film.playback import Frame, Playback
from shared.storage.objects import Address
from shared.videos.examinations import Counted
from tests.known_videos import video
from tests.unit.dashboard.desk import Desk
from tests.unit.dashboard.filled_desk import finished

NOW = 1_700_000_000.0
SIDES = {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}
BOX = {"label": "Acme", "detector": "logos", "confidence": 60.0, **SIDES}


def shot(video_id: str, brand: str, seconds: float, detector: str = "logos") -> Shot:
    return Shot(
        video_id, "cup.mp4", "jpg", brand, detector, 0.0, seconds, "0000001000-00000001", 1.0, BOX, 60.0
    )


shots = st.lists(
    st.builds(shot, st.just("v"), st.sampled_from(["Acme", "Orbelo", "Voltrik"]), st.floats(0.1, 1e4)),
    max_size=12,
)
films = st.lists(
    st.builds(Film, st.just("v"), st.floats(NOW - 400 * DAY, NOW), shots.map(tuple), st.just({})), max_size=8
).map(
    lambda made: [
        replace(each, video_id=f"v{n}", shots=tuple(replace(s, video_id=f"v{n}") for s in each.shots))
        for n, each in enumerate(made)
    ]
)


@given(films)
def test_shares_make_a_whole_and_the_trend_adds_up_to_the_screen_time(made: list[Film]) -> None:
    rows = totals(made, NOW)
    if rows:
        assert sum(row.share for row in rows) == pytest.approx(1)
    for row in rows:
        assert len(row.trend) == BUCKETS
        assert sum(row.trend) == pytest.approx(row.seconds)
        assert row.longest <= row.seconds + 1e-9
    assert sum(row.exposures for row in rows) == sum(len(each.shots) for each in made)


@given(films)
def test_the_order_of_the_videos_does_not_matter(made: list[Film]) -> None:
    facts = [(row.brand, row.exposures, row.videos) for row in totals(made, NOW)]
    assert sorted(facts) == sorted((row.brand, row.exposures, row.videos) for row in totals(made[::-1], NOW))


def test_the_newest_videos_are_at_the_right_of_the_trend() -> None:
    old = Film("a", NOW - 100 * DAY, (shot("a", "Acme", 1.0),), {})
    new = Film("b", NOW - 1, (shot("b", "Acme", 5.0),), {})
    [row] = totals([old, new], NOW)
    assert (row.trend[0], row.trend[-1]) == (1.0, 5.0)
    assert row.heights == [0.2, *[LEAST_HEIGHT] * (BUCKETS - 2), 1.0]


def test_the_picture_of_an_exposure_shows_its_surest_detection() -> None:
    frames = tuple(
        Frame(float(n), "detected", f"000000{n}000-0000000{n}", ({**BOX, "confidence": sure},))
        for n, sure in enumerate((50.0, 90.0, 70.0, 99.0))
    )
    made = film(
        video("cup-1", "in/cup.mp4"),
        Playback(frames, (("Acme", 0.0, 2.5, "logos"), ("Orbelo", 0.0, 1.0, "logos"))),
    )
    assert (made.shots[0].at, made.shots[0].confidence) == (1.0, 90.0)
    assert made.shots[1].image is None
    assert [each.brand for each in best_shots([made])] == ["Acme"]
    assert best_shots([made], "Voltrik") == []
    counts = confidences([made, made])["logos"]["Acme"]
    assert [n for n, count in enumerate(counts) if count == 2] == [50, 70, 90, 99]


async def test_finished_videos_are_read_once_and_one_that_cannot_be_read_is_left_out() -> None:
    desk = await finished()
    catalogue = Catalogue(desk.ledger, Library(desk.ledger, desk.objects, "logostream-results"))
    desk.objects.faults.refuse["get"] = 1
    assert await catalogue.films() == []
    first = await catalogue.films()
    assert await catalogue.films() == first != []
    assert desk.objects.faults.calls.count("get") == 3


async def test_of_an_upload_examined_again_the_newest_counts_on_the_day_it_was_first_submitted() -> None:
    desk = await finished()
    [old] = desk.ledger.videos.values()
    new = replace(old, video_id="cup-again", created_at=old.created_at + DAY)
    desk.ledger.videos[new.video_id] = new
    for name in ("detections.json", "exposures.csv"):
        body = await desk.objects.get(Address("logostream-results", f"results/{old.video_id}/{name}"))
        await desk.objects.put(Address("logostream-results", f"results/cup-again/{name}"), body, "text/plain")
    catalogue = Catalogue(desk.ledger, Library(desk.ledger, desk.objects, "logostream-results"))
    [counted] = await catalogue.films()
    assert (counted.video_id, counted.created_at) == ("cup-again", old.created_at)
    assert counted.shots


def test_a_detector_that_was_not_asked_again_counts_by_its_older_examination() -> None:
    old = Film("a", NOW, (shot("a", "Acme", 1.0, "logos"), shot("a", "Acme", 2.0, "words")), {})
    assert [each.detector for each in reduced(old, Counted(frozenset({"words"}), NOW)).shots] == ["words"]


@pytest.mark.real_time
async def test_the_page_shows_totals_and_pictures() -> None:
    async with (await finished()).browser() as browser:
        page = (await browser.get("/brands")).text
        assert "Acme" in page
        assert "100.0 %" in page
        assert "/videos/cup-1/frames/0000001000-00000001.jpg?width=480" in page
        assert "of Nobody" in (await browser.get("/brands?brand=Nobody")).text
    async with Desk().browser() as browser:
        assert "No brand yet" in (await browser.get("/brands")).text


@pytest.mark.real_time
async def test_thresholds_are_tried_on_what_was_found() -> None:
    async with (await finished()).browser() as browser:
        page = (await browser.get("/model")).text
        counts = json.loads(page.split('id="counts">')[1].split("</script>")[0])
        assert sum(counts["logos"]["Acme"]) == 1
        assert counts["logos"]["Acme"][87] == 1
