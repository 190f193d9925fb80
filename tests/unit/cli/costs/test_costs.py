"""`logostream costs` on fakes: the bill, what else it might have been, and what a plan will cost."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from shared.costs.usage import day_of
from shared.models.pool import Pool
from tests.known_videos import ledger_of, video
from tests.unit.cli.installation import MODEL, Installation
from tests.unit.cli.terminal import logostream


def test_costs_compare_what_was_paid_with_what_might_have_been(priced: Installation) -> None:
    priced.was_used()
    [bill] = json.loads(logostream("costs", "--day", day_of(time.time()), "--json").output)
    assert bill["cost"] == 8.0
    assert bill["if_passing_is_billed"] == 1.0
    assert bill["always_on"] == 96.0
    assert bill["per_image"] == pytest.approx(10.0)
    assert (bill["starts"], bill["frames"]) == (2, 10_000)
    output = logostream("costs").output
    assert "$8.00" in output
    assert "as of 2026-10-07" in output


def test_a_video_pays_its_share_by_frames(priced: Installation) -> None:
    priced.videos = asyncio.run(ledger_of(video("cup-1", "in/cup.mp4")))
    priced.was_used()
    [share] = json.loads(logostream("costs", "--video", "cup", "--json").output)
    assert (share["frames"], share["cost"]) == (5000, 4.0)
    assert "$4.00" in logostream("costs", "--video", "cup").output


def test_a_video_s_share_stands_beside_what_it_alone_would_have_cost(priced: Installation) -> None:
    priced.videos = asyncio.run(ledger_of(video("cup-1", "in/cup.mp4")))
    priced.was_used()
    [share] = json.loads(logostream("costs", "--video", "cup", "--json").output)
    assert (share["always_on"], share["per_image"]) == (96.0, pytest.approx(5.0))
    assert 4.0 < share["keda"] < 6.0  # its hour of one unit, and the cool-down
    assert "$96.00" in logostream("costs", "--video", "cup").output


def test_a_plan_is_forecast_before_anything_is_spent(priced: Installation) -> None:
    found = json.loads(
        logostream("costs", "--forecast", "40 h of 1080p", "--due", "tomorrow 08:00", "--json").output
    )
    assert [each["unit_rate"] for each in found] == [1.0, 2.8, 5.0]
    assert all(each["frames"] == 144_000 for each in found)
    output = logostream("costs", "--forecast", "40h").output
    assert "144,000 frames" in output


def test_a_forecast_uses_the_rate_that_was_learnt(priced: Installation) -> None:
    pool = Pool(MODEL, limit=7.0, units=2, units_at=0, learnt=True, clean=0, era=1, settled_at=0)
    priced.pools.rows[MODEL] = pool
    [found] = json.loads(logostream("costs", "--forecast", "1h", "--json").output)
    assert found["unit_rate"] == 3.5


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--forecast", "long"), "'long' is no length of video"),
        (("--forecast", "1h", "--due", "soon"), "'soon' is no time"),
        (("--day", "today"), "'today' is no day: write it as 2026-11-25"),
    ],
)
def test_what_is_not_understood_is_named(priced: Installation, words: tuple[str, ...], sentence: str) -> None:
    result = logostream("costs", *words)
    assert result.exit_code == 2
    assert sentence in result.output
