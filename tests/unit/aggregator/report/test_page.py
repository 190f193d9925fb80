"""The report: one page that needs no network, says what the summary says, and survives any brand's name."""

from __future__ import annotations

import json
import re
from fractions import Fraction as F
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.analysis.position import heat_map
from services.aggregator.analysis.sightings import Box
from services.aggregator.exports.summary_json import summary_json
from services.aggregator.report.drawing import heat_cells, ticks
from services.aggregator.report.page import MOST_THUMBNAILS, report_html
from tests.unit.aggregator.books import Office, a_life, by, detected, logo, outcome_of, video

VOID = {"meta", "img", "rect", "path", "link", "br", "hr", "input"}


class Page(HTMLParser):
    """Checks that tags nest, and gathers what the page shows and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.loads += [value or "" for name, value in attributes if name in ("src", "href", "srcset", "data")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        if "style" not in self.open:
            self.words.append(text)


async def report() -> str:
    office = await Office().plan()
    await office.enter(a_life())
    return office.files["report.html"].decode()


async def test_the_page_loads_nothing() -> None:
    page = Page(await report())
    assert page.loads
    assert all(load.startswith("data:image/jpeg;base64,") for load in page.loads)
    text = await report()
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "@import" not in text
    assert not re.search(r"url\((?!data:)", text)


async def test_the_page_tells_every_brand_its_exposures_the_books_and_the_bill() -> None:
    words = " ".join(" ".join(Page(await report()).words).split())
    for told in ("Acme", "Bolt", "Curio", "00:00:00.250", "12 sampled = 9 published + 3 left out"):
        assert told in words
    assert "9 published = 8 examined with v1 + 1 failed" in words
    assert "frames near 5.0 s are damaged" in words
    assert "examining 9 frames" in words


def test_the_page_rounds_what_the_summary_says() -> None:
    small = logo("Acme", width=0.0677984)  # 1.69496 % of the frame, in summary.json 1.695 %
    frames = [detected(n).model_copy(update={"detections": (small,)}) for n in range(4)]
    outcome = outcome_of(video(1), [], frames)
    [brand] = json.loads(summary_json(outcome))["brands"]
    assert f"<td>{brand['mean_area_percent']:.2f} %</td>" in report_html(outcome, {}).decode()


async def test_every_exposure_can_be_reached_by_keyboard_and_is_told_to_a_screen_reader() -> None:
    text = await report()
    marks = re.findall(r'<button type="button" class="mark[^>]*aria-label="([^"]+)"', text)
    assert len(marks) == 3
    assert marks[0] == "Acme from 00:00:00.250 to 00:00:02.750, 2.50 seconds"
    assert '<html lang="en">' in text
    assert all('alt="' in image for image in re.findall(r"<img [^>]*>", text))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "A & B"])
def test_a_brands_name_is_never_markup(name: str) -> None:
    text = report_html(outcome_of(video(1), [], [detected(n, name) for n in range(4)]), {}).decode()
    page = Page(text)
    assert page.loads == []
    assert name in " ".join(page.words)
    assert "<script" not in text


def test_a_video_without_brands_says_so() -> None:
    text = report_html(outcome_of(video(1), [], [detected(n) for n in range(4)]), {}).decode()
    assert "No brand was seen in this video." in " ".join(Page(text).words)


async def test_what_several_detectors_found_is_told_apart() -> None:
    office = await Office(detectors=("logos", "words")).plan()
    await office.enter([*a_life(), *by("words", *a_life())])
    words = " ".join(" ".join(Page(office.files["report.html"].decode()).words).split())
    assert "Found by logos" in words
    assert "Found by words" in words


def test_a_long_video_does_not_fill_the_page_with_pictures() -> None:
    assert MOST_THUMBNAILS * 15_000 < 3_000_000  # bytes: what may be sent by mail


@given(st.fractions(F(1, 10), F(200_000)))
def test_the_axis_has_few_ticks_all_within_the_video(duration: F) -> None:
    made = ticks(duration)
    assert 1 <= len(made) <= 8
    assert all(0 <= float(tick.left) <= 100 for tick in made)


def test_ticks_are_labelled_in_hours_where_the_video_has_any() -> None:
    assert [tick.label for tick in ticks(F(20))] == ["0:00", "0:05", "0:10", "0:15", "0:20"]
    assert [tick.label for tick in ticks(F(7200))] == ["0:00:00", "0:30:00", "1:00:00", "1:30:00", "2:00:00"]


def test_times_with_hours_are_so_few_that_they_fit_a_phone_too() -> None:
    assert [tick.label for tick in ticks(F(36_000))] == ["0:00:00", "4:00:00", "8:00:00"]


def test_a_heat_map_shows_only_warm_cells() -> None:
    cells = heat_cells(heat_map([Box(0, 0, 1 / 16, 1 / 9)], [2.0]))
    assert [(cell.column, cell.row, cell.heat) for cell in cells] == [(0, 0, "1.00")]


async def test_a_brand_has_the_same_colour_whoever_found_it() -> None:
    office = await Office(detectors=("logos", "words")).plan()
    words = [detected(instant) for instant in (0, 1, 2, 3, 4, 5, 6, 8)] + [detected(9, "Curio")]
    await office.enter([*a_life(), *by("words", *words)])
    text = office.files["report.html"].decode()
    of_lanes = re.findall(r'<div class="lane (c\d)">\s*<h3>(\w+)</h3>', text)
    assert len(of_lanes) == 4
    assert len(set(of_lanes)) == 3
