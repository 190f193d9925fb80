"""The lease: whatever the clocks and delays, of two controllers never both may act."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.controller.lease import ACT, ACTING, BEATS, Watch, claim, watched
from shared.control import Lease

SECONDS = 10.0


def test_a_free_row_is_taken_at_once() -> None:
    assert claim(Watch(Lease(), 100.0), "a", SECONDS, 100.0) == Lease("a", 1, 1)


def test_a_beat_keeps_the_fence() -> None:
    assert claim(Watch(Lease("a", 3, 7), 0.0), "a", SECONDS, 100.0) == Lease("a", 3, 8)


def test_another_s_row_is_taken_when_it_has_not_changed_for_as_long_as_the_lease_lasts() -> None:
    watch = Watch(Lease("a", 3, 7), 100.0)
    assert claim(watch, "b", SECONDS, 109.9) is None
    assert claim(watch, "b", SECONDS, 110.0) == Lease("b", 4, 8)


def test_a_row_that_changed_is_watched_anew() -> None:
    watch = watched(None, Lease("a", 3, 7), 100.0)
    assert watched(watch, Lease("a", 3, 7), 105.0) == watch
    assert watched(watch, Lease("a", 3, 8), 105.0) == Watch(Lease("a", 3, 8), 105.0)


# Each step is one controller: it looks some seconds after the step before, and writes some seconds later.
steps = st.lists(st.tuples(st.integers(0, 2), st.floats(0, 8), st.floats(0, 8)), max_size=60)


class Candidate:
    """One controller with a clock of its own, in which a write may be long under way."""

    def __init__(self, owner: str, offset: float) -> None:
        self.owner = owner
        self.offset = offset  # of its clock from the true time; it is never told
        self.watch: Watch | None = None
        self.until = float("-inf")  # true time until which it may begin to act


@given(steps, st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_two_never_may_act_at_once_whatever_the_order_the_delays_and_the_clocks(
    taken: list[tuple[int, float, float]], offsets: list[float]
) -> None:
    row, now = Lease(), 0.0
    candidates = [Candidate(str(n), offset) for n, offset in enumerate(offsets)]
    for number, pause, delay in taken:
        now += pause
        one = candidates[number]
        read_at, found = now, row  # the write is `delay` later than the read, and others may not come between
        one.watch = watched(one.watch, found, read_at + one.offset)
        claimed = claim(one.watch, one.owner, SECONDS, read_at + one.offset)
        now += delay
        if claimed and row == found:
            row = claimed
            one.watch = Watch(claimed, read_at + one.offset)
            one.until = read_at + ACTING * SECONDS
        for other in candidates:
            if other is not one and one.until > now:
                # Not even what the other began at the last moment is still under way.
                assert other.until + ACT * SECONDS <= now


def test_a_take_over_lasts_at_most_fifteen_seconds() -> None:
    beat = SECONDS / BEATS
    seen_late = beat  # the standby looks once a beat
    assert seen_late + SECONDS + beat <= 15.0
    assert ACTING + ACT < 1.0
