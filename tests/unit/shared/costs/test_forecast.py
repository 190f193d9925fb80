"""The forecast and the comparison: what a plan takes, and what KEDA would have run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.costs.demand import Capacity
from shared.costs.forecast import Plan, forecast
from shared.costs.keda import keda_unit_seconds

HOUR = 3600.0


def test_forty_hours_until_the_morning() -> None:
    found = forecast(Plan(40 * HOUR, 1.0, now=0.0, due_at=20 * HOUR), Capacity(2.8, 900.0, 5))
    assert (found.frames, found.units, found.in_time) == (144_000, 1, True)
    assert found.running == pytest.approx(144_000 / 2.8 / HOUR * 4, rel=0.001)
    assert found.start_by == pytest.approx(20 * HOUR - 900 - 144_000 / 2.8, rel=0.01)
    assert found.always_on == 80.0
    assert found.per_image == 144.0


def test_a_plan_that_cannot_be_in_time_says_so() -> None:
    found = forecast(Plan(40 * HOUR, 1.0, now=0.0, due_at=2 * HOUR), Capacity(1.0, 900.0, 5))
    assert not found.in_time
    assert found.units == 5
    assert found.done_at > 2 * HOUR


@given(st.floats(60, 10**6), st.floats(0.1, 10), st.floats(HOUR, 10**6), st.floats(0.1, 50))
def test_the_model_s_cost_does_not_depend_on_the_units(
    seconds: float, interval: float, given_time: float, rate: float
) -> None:
    plan = Plan(seconds, interval, 0.0, given_time)
    found = forecast(plan, Capacity(rate, 900.0, 5))
    assert found.running == pytest.approx((plan.frames / rate + 10 * found.units) / HOUR * 4)


def test_keda_runs_for_the_work_and_its_cool_down() -> None:
    assert keda_unit_seconds([], 2.0, 5) == 0
    one = keda_unit_seconds([(0.0, 600)], 2.0, 5)
    assert one == pytest.approx(300 + 300, abs=60)


@given(st.lists(st.tuples(st.floats(0, 86_400), st.integers(1, 5000)), max_size=8), st.floats(0.5, 10))
def test_keda_never_runs_less_than_the_work_takes(arrivals: list[tuple[float, int]], rate: float) -> None:
    frames = sum(count for _, count in arrivals)
    assert keda_unit_seconds(arrivals, rate, 5) >= frames / rate - 1e-6
