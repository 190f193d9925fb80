"""Promises of the stand-in's clock and of what listings show meanwhile."""

from __future__ import annotations

import json
import urllib.error
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.clock import Clock, Pace
from services.rekognition_local.resources.lag import Lag
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local import stand as standing
from tests.unit.rekognition_local.pictures import BUCKET
from tests.unit.rekognition_local.stand import Stand

changes = st.lists(st.tuples(st.floats(0, 1e5), st.floats(0.01, 1e4), st.floats(0, 1e5)), max_size=10)


@given(changes)
def test_time_never_goes_back_whatever_the_clock_is_told(changes: list[tuple[float, float, float]]) -> None:
    real = [1_700_000_000.0]
    clock = Clock(lambda: real[0], Pace())
    before = clock()
    for wait, speed, skipped in changes:
        real[0] += wait
        assert clock() >= before - 1e-3
        before = clock()
        clock.change(speed, skipped)
        assert clock() == pytest.approx(before + skipped)


def test_at_double_speed_twice_the_time_passes() -> None:
    real = [100.0]
    clock = Clock(lambda: real[0], Pace())
    clock.change(2.0)
    real[0] += 10
    assert clock() == 120


@dataclass(frozen=True)
class Thing:
    arn: str
    word: str


def test_a_listing_that_lags_shows_what_was_before_and_hides_what_is_new() -> None:
    lag: Lag[Thing] = Lag()
    old, new, fresh = Thing("a", "old"), Thing("a", "new"), Thing("b", "fresh")
    lag.changed("a", old, now=100)
    lag.changed("b", None, now=101)
    assert lag.shown([new, fresh], now=101, seconds=5) == [old]
    assert lag.shown([new, fresh], now=105, seconds=5) == [new]
    assert lag.shown([new, fresh], now=106, seconds=5) == [new, fresh]


@pytest.mark.real_time
async def test_a_skip_lets_happen_what_is_due_and_is_billed(running: Stand) -> None:
    assert (await running.admin("clock", {"skip_seconds": 3600}))["speed"] == 1
    assert (await running.admin("billing"))["unit_seconds"] == 3600


@pytest.mark.real_time
async def test_a_restart_goes_on_at_the_same_time_and_speed(tmp_path: Path) -> None:
    real = standing.Clock()
    async with standing.opened(tmp_path, FakeObjects(BUCKET), real) as stand:
        await stand.admin("clock", {"speed": 60, "skip_seconds": 1000})
        real.now += 1
        before = await stand.admin("clock")
    real.now += 10
    async with standing.opened(tmp_path, FakeObjects(BUCKET), real) as stand:
        after = await stand.admin("clock")
    assert (after["now"], after["speed"]) == (before["now"] + 600, 60)


def test_a_clock_of_no_speed_moves_by_its_skips_alone() -> None:
    real = [100.0]
    clock = Clock(lambda: real[0], Pace())
    clock.change(0.0)
    real[0] += 50
    assert clock() == 100
    clock.change(0.0, skipped=7.0)
    real[0] += 50
    assert clock() == 107


@pytest.mark.real_time
async def test_a_clock_that_makes_no_sense_is_refused(stand: Stand) -> None:
    for body in ({"speed": -1}, {"skip_seconds": -1}, {"fast": 1}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            await stand.admin("clock", body)
        with caught.value as answer:
            assert json.load(answer)["mistakes"]


@pytest.mark.real_time
async def test_listings_lag_behind_when_told_to(stand: Stand) -> None:
    version = await stand.train("v1")
    await stand.admin("faults", {"stale_seconds": 10})
    stand.clock.now += 10
    await stand.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=1)
    assert (await stand.described())["Status"] == "TRAINING_COMPLETED"
    stand.clock.now += 10
    assert (await stand.described())["Status"] == "STARTING"
