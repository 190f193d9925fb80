"""The budget: what is left of the tighter cap, and what it can pay for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.controller.deciding.budget import Caps, affordable, budget, committed, to_start, to_stop
from shared.costs.prices import running_cost
from shared.models.control import ModelState

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC).timestamp()


def test_without_caps_everything_may_be_spent() -> None:
    assert budget(Caps(), 1e6, 1e9, NOON).left == float("inf")


@pytest.mark.parametrize(
    ("caps", "left", "renewed", "words"),
    [
        (Caps(day=20.0), 12.5, "2027-01-01", "$7.50 of the day's $20.00 are spent"),
        (Caps(month=100.0), 10.0, "2027-01-01", "$90.00 of the month's $100.00 are spent"),
        (Caps(day=20.0, month=100.0), 10.0, "2027-01-01", "$90.00 of the month's $100.00 are spent"),
    ],
)
def test_the_tighter_cap_counts(caps: Caps, left: float, renewed: str, words: str) -> None:
    found = budget(caps, 7.5, 90.0, NOON)
    assert found.left == left
    assert datetime.fromtimestamp(found.renewed_at, UTC).date().isoformat() == renewed
    assert found.words == words


@given(st.floats(0, 100), st.integers(1, 9))
def test_what_is_affordable_can_be_paid_and_one_more_cannot(left: float, wanted: int) -> None:
    units = affordable(left, wanted, 10.0)
    assert 0 <= units <= wanted
    if units:
        assert to_start(units, 10.0) <= left
    if units < wanted:
        assert to_start(units + 1, 10.0) > left


@given(st.integers(1, 9), st.floats(0, 3000))
def test_what_a_start_is_bound_to_cost_was_held_back_for_it_and_grows_less_until_it_can_be_stopped(
    units: int, starting_for: float
) -> None:
    bound = committed(ModelState.STARTING, units, starting_for, 10.0)
    assert to_stop(units, 10.0) <= bound < to_start(units, 10.0)
    assert bound == pytest.approx(
        max(to_stop(units, 10.0), to_start(units, 10.0) - running_cost(units * (300 + starting_for)))
    )


def test_a_model_that_is_off_is_bound_to_cost_nothing() -> None:
    assert committed(ModelState.STOPPED, 5, 0.0, 10.0) == 0.0
    assert committed(ModelState.STOPPING, 5, 0.0, 10.0) == to_stop(5, 10.0)
