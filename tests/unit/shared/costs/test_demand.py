"""The demand: units by deadline, the video due first served first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.costs.demand import Capacity, Reserve, Work, demand

works = st.lists(
    st.builds(
        lambda count, arrived, given: Work("v", count, arrived, arrived + given),
        st.integers(1, 10**5),
        st.floats(0, 1000),
        st.floats(1, 10**5),
    ),
    min_size=1,
    max_size=6,
)


def test_the_slack_is_that_of_the_video_nearest_to_being_late() -> None:
    first, second = Work("a", 600, 0, 1000), Work("b", 600, 0, 1100)
    assert demand([second, first]).slack(units=1, unit_rate=2.0, ready_at=0) == 500
    assert demand([second, first]).slack(units=2, unit_rate=2.0, ready_at=100) == 700
    assert demand([]).slack(1, 1.0, 0) == float("inf")


def test_a_reserve_is_a_share_of_the_time_given_and_some_seconds_but_never_all() -> None:
    work = Work("a", 1, 0, 1000)
    assert Reserve(0.1, 200).of(work) == 300
    assert Reserve(0.1, 10_000).of(work) == pytest.approx(650)


@given(works, st.integers(1, 5), st.floats(0.1, 10), st.floats(0, 1000))
def test_more_units_never_leave_less_slack(videos: list[Work], units: int, rate: float, ready: float) -> None:
    assert demand(videos).slack(units + 1, rate, ready) >= demand(videos).slack(units, rate, ready)


@given(works, st.floats(0.1, 10), st.floats(0, 1000))
def test_the_units_needed_suffice_and_one_fewer_would_not(
    videos: list[Work], rate: float, ready: float
) -> None:
    needed = demand(videos).units_needed(Capacity(rate, 0, 9), ready)
    if needed is None:
        assert demand(videos).slack(9, rate, ready) < 0
    else:
        assert demand(videos).slack(needed, rate, ready) >= 0
        assert needed == 1 or demand(videos).slack(needed - 1, rate, ready) < 0


@given(works, st.integers(1, 5), st.floats(0.1, 10))
def test_serving_by_deadline_is_at_least_as_good_as_any_other_order(
    videos: list[Work], units: int, rate: float
) -> None:
    done, worst = 0.0, float("inf")
    for video in videos:  # in the order they come
        done += video.frames / (units * rate)
        worst = min(worst, video.due_at - done)
    assert demand(videos).slack(units, rate, 0) >= worst - 1e-6
