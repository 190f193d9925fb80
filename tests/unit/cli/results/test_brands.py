"""Brands across videos: totals add up, trends follow the days, any choice of videos can be made."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.results.across import Period, across, name_of, spark
from shared.config.options import Options
from shared.videos.brands import BrandInVideo
from shared.videos.ledger import State, Video
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream


def at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def row(brand: str, video: str, day: str, seconds: float, detector: str = "logos") -> BrandInVideo:
    return BrandInVideo(
        brand=brand,
        video_id=video,
        detector=detector,
        source=f"s3://videos/in/{video}.mp4",
        submitted_at=at(day),
        duration=100.0,
        screen_time=seconds,
        deviation=3.0,
        exposures=2,
        area_time=0.5,
        effective=seconds / 2,
    )


ROWS = [
    row("Acme", "cup", "2026-10-01", 10.0),
    row("Acme", "race", "2026-11-02", 30.0),
    row("Bolt", "race", "2026-11-02", 5.0),
]


def examined(video_id: str, day: str, *, key: str | None = None, run: str = "", **changes: Any) -> Video:
    """A finished video that was submitted on that day."""
    made = video(video_id, key or f"in/{video_id}.mp4", State.COMPLETED)
    return replace(made, created_at=at(day), options=Options(run=run), **changes)


@pytest.fixture
def seen(installation: Installation) -> Installation:
    installation.holds(examined("cup", "2026-10-01"), examined("race", "2026-11-02"))
    for video_id in ("cup", "race"):
        asyncio.run(installation.videos.enter(video_id, [row for row in ROWS if row.video_id == video_id]))
    return installation


rows = st.lists(
    st.builds(
        row,
        st.sampled_from(["Acme", "Bolt"]),
        st.sampled_from(["cup", "race"]),
        st.just("2026-10-01"),
        st.integers(0, 100).map(float),
    ),
    unique_by=lambda each: (each.brand, each.video_id),
)


@given(rows)
def test_totals_are_the_sums_of_the_videos(found: list[BrandInVideo]) -> None:
    totals = across(found, Period.DAY)
    assert sum(each.screen_time for each in totals) == sum(each.screen_time for each in found)
    assert sum(each.videos for each in totals) == len(found)
    for each in totals:
        assert sum(step.screen_time for step in each.trend) == pytest.approx(each.screen_time)


def test_errors_of_independent_videos_add_as_squares() -> None:
    [acme, _] = across(ROWS, Period.MONTH)
    assert acme.deviation == pytest.approx((3.0**2 + 3.0**2) ** 0.5, abs=0.001)


def test_a_trend_is_the_share_of_the_video_of_its_period() -> None:
    [acme, bolt] = across(ROWS, Period.MONTH)
    assert [(step.period, step.share_percent) for step in acme.trend] == [
        ("2026-10", 10.0),
        ("2026-11", 30.0),
    ]
    assert [step.share_percent for step in bolt.trend] == [0.0, 5.0]


@pytest.mark.parametrize(
    ("period", "name"),
    [(Period.DAY, "2026-11-02"), (Period.WEEK, "2026-W45"), (Period.MONTH, "2026-11")],
)
def test_known_periods(period: Period, name: str) -> None:
    assert name_of(at("2026-11-02"), period) == name


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_a_spark_has_a_bar_per_value(values: list[float]) -> None:
    assert len(spark(values)) == len(values)


def test_the_table_names_every_brand_with_its_time(seen: Installation) -> None:
    result = logostream("brands")
    assert result.exit_code == 0
    assert "Acme" in result.output
    assert "40.0 s ± 4.2" in result.output
    assert "by month, 2026-10 to 2026-11" in result.output


@pytest.mark.parametrize(
    ("words", "brands"),
    [
        ((), {"Acme", "Bolt"}),
        (("Bolt",), {"Bolt"}),
        (("--to", "2026-10-31"), {"Acme"}),
        (("--from", "2026-11-02", "--to", "2026-11-02"), {"Acme", "Bolt"}),
        (("--from", "2026-11-03"), set()),
        (("--prefix", "in/cup"), {"Acme"}),
        (("--prefix", "s3://videos/in/race"), {"Acme", "Bolt"}),
    ],
)
def test_videos_are_chosen_by_brand_day_and_prefix(
    seen: Installation, words: tuple[str, ...], brands: set[str]
) -> None:
    told = json.loads(logostream("brands", "--json", *words).output)
    assert {each["brand"] for each in told} == brands


def test_csv_has_a_line_per_brand_and_video(seen: Installation) -> None:
    lines = list(csv.DictReader(io.StringIO(logostream("brands", "--csv").output)))
    assert [(line["brand"], line["submitted_at"][:10], line["screen_time_s"]) for line in lines] == [
        ("Acme", "2026-10-01", "10.0"),
        ("Acme", "2026-11-02", "30.0"),
        ("Bolt", "2026-11-02", "5.0"),
    ]


def test_of_an_upload_examined_again_the_newest_counts_on_the_day_it_was_first_submitted(
    seen: Installation,
) -> None:
    again = examined("cup-again", "2026-12-24", key="in/cup.mp4", run="again")
    seen.videos.videos[again.video_id] = again
    asyncio.run(seen.videos.enter(again.video_id, [row("Acme", "cup-again", "2026-12-24", 12.0)]))
    [acme, _] = json.loads(logostream("brands", "--json").output)
    assert (acme["videos"], acme["screen_time_s"]) == (2, 42.0)
    assert [step["period"] for step in acme["trend"]] == ["2026-10", "2026-11"]
    [october] = json.loads(logostream("brands", "--json", "--to", "2026-10-31").output)
    assert october["screen_time_s"] == 12.0
    [acme, _] = json.loads(logostream("brands", "--json", "--all").output)
    assert (acme["videos"], acme["screen_time_s"]) == (3, 52.0)


def test_a_brand_that_the_newest_examination_did_not_find_no_longer_counts(seen: Installation) -> None:
    again = examined("race-again", "2026-12-24", key="in/race.mp4", run="again")
    seen.videos.videos[again.video_id] = again
    [acme] = json.loads(logostream("brands", "--json").output)
    assert (acme["brand"], acme["screen_time_s"]) == ("Acme", 10.0)


def test_without_any_brand_the_table_says_so(installation: Installation) -> None:
    assert "no finished video showed a brand" in logostream("brands").output


def test_days_that_cannot_be_are_refused(installation: Installation) -> None:
    assert logostream("brands", "--from", "yesterday").exit_code == 2
    assert logostream("brands", "--from", "2026-11-02", "--to", "2026-11-01").exit_code == 2
