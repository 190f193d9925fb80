"""Lanes: what is due first is served first, at any time, and nothing waits for ever."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.lanes import AHEAD, LANES, SPAN, comes_early, in_order, lane

times = st.floats(1.7e9, 1.8e9)
soon = st.floats(0, AHEAD * SPAN)  # seconds from sending until due, within the lanes' reach
waits = st.floats(0, AHEAD * SPAN)  # seconds from sending until serving


def place(due: float | None, sent: float, now: float) -> int:
    """When a frame's lane is served, counted from 0."""
    return in_order(now).index(lane(due, sent))


@given(times)
def test_every_lane_is_served(now: float) -> None:
    assert sorted(in_order(now)) == list(range(LANES))


@given(times, soon, soon, waits)
def test_what_is_due_in_an_earlier_span_comes_first(sent: float, a: float, b: float, wait: float) -> None:
    first, second = sorted((sent + a, sent + b))
    now = min(sent + wait, first + SPAN)  # later than that both are hopelessly late
    if first // SPAN < second // SPAN:
        assert place(first, sent, now) < place(second, sent, now)
    else:
        assert lane(first, sent) == lane(second, sent)


@given(times, soon, st.floats(0, 30 * SPAN))
def test_what_is_due_far_ahead_comes_after_all_that_is_due_before_it(
    sent: float, a: float, far: float
) -> None:
    assert place(sent + a, sent, sent) <= place(sent + a + far, sent, sent)


@given(times, st.floats(0, 30 * SPAN))
def test_what_is_late_comes_before_what_is_not(sent: float, late: float) -> None:
    assert place(sent - late, sent, sent) <= place(sent, sent, sent) <= place(sent + SPAN, sent, sent)


@given(times)
def test_what_tells_no_deadline_is_due_now(now: float) -> None:
    assert lane(None, now) == lane(now, now)


@given(times, st.floats(-SPAN, 30 * SPAN))
def test_every_lane_comes_first_within_as_many_spans_as_there_are_lanes(sent: float, ahead: float) -> None:
    spans = (sent + n * SPAN for n in itertools.count())
    assert any(place(sent + ahead, sent, now) == 0 for now in itertools.islice(spans, LANES))


@given(times, soon, st.floats(0, 30 * SPAN))
def test_what_was_within_reach_when_it_was_sent_never_comes_early(sent: float, a: float, wait: float) -> None:
    assert not comes_early(lane(sent + a, sent), sent + a, sent + wait)


@given(times, st.floats(-SPAN, 30 * SPAN))
def test_what_lies_in_its_own_lane_does_not_come_early(now: float, ahead: float) -> None:
    assert not comes_early(lane(now + ahead, now), now + ahead, now)


@given(times, st.floats(LANES * SPAN, 30 * SPAN))
def test_what_is_due_far_ahead_comes_early_when_its_lane_is_the_first(sent: float, ahead: float) -> None:
    assert comes_early(lane(sent + ahead, sent), sent + ahead, sent + AHEAD * SPAN)


@given(times, st.sampled_from(range(LANES)))
def test_what_tells_no_deadline_never_comes_early(now: float, number: int) -> None:
    assert not comes_early(number, None, now)
