"""The lease: whatever the clocks and delays, of two controllers never both may act."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from services.controller.lease import ACT, ACTING, BEATS, LeaseWatch, claim, watched
from services.controller.settings import ControllerSettings
from shared.models.control import Lease

SECONDS = 10.0


def test_a_free_row_is_taken_at_once() -> None:
    assert claim(LeaseWatch(Lease(), 100.0), "a", SECONDS, 100.0) == Lease("a", 1, 1)


def test_a_beat_keeps_the_fence() -> None:
    assert claim(LeaseWatch(Lease("a", 3, 7), 0.0), "a", SECONDS, 100.0) == Lease("a", 3, 8)


def test_another_s_row_is_taken_when_it_has_not_changed_for_as_long_as_the_lease_lasts() -> None:
    watch = LeaseWatch(Lease("a", 3, 7), 100.0)
    assert claim(watch, "b", SECONDS, 109.9) is None
    assert claim(watch, "b", SECONDS, 110.0) == Lease("b", 4, 8)


def test_a_row_that_changed_is_watched_anew() -> None:
    watch = watched(None, Lease("a", 3, 7), 100.0)
    assert watched(watch, Lease("a", 3, 7), 105.0) == watch
    assert watched(watch, Lease("a", 3, 8), 105.0) == LeaseWatch(Lease("a", 3, 8), 105.0)


# Each move is one controller: after a pause it reads the row, or tries to write what it made of its reading.
moves = st.lists(st.tuples(st.integers(0, 2), st.floats(0, 4)), max_size=80)
# What a clock showed at the beginning, and how fast it runs.
clocks = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.98, 1.02)), min_size=3, max_size=3)


@dataclass(slots=True)
class Candidate:
    """One controller with a clock of its own; times are true ones, which it is never told."""

    owner: str
    offset: float
    speed: float
    watch: LeaseWatch | None = None
    tried: tuple[float, Lease, Lease] | None = None  # when it read, what, and what it will put in its place
    until: float = float("-inf")  # it may begin to act

    def clock(self, now: float) -> float:
        return self.offset + now * self.speed

    def read(self, row: Lease, now: float) -> None:
        self.watch = watched(self.watch, row, self.clock(now))
        claimed = claim(self.watch, self.owner, SECONDS, self.clock(now))
        self.tried = (now, row, claimed) if claimed else None

    def write(self, row: Lease, acting: float) -> Lease:
        """The row afterwards: ours, unless another was quicker."""
        assert self.tried
        (read_at, found, claimed), self.tried = self.tried, None
        if row != found:
            self.until = float("-inf")
            return row
        self.watch = LeaseWatch(claimed, self.clock(read_at))
        self.until = read_at + acting * SECONDS / self.speed
        return claimed


def both_act(
    made: list[tuple[int, float]], clocks: list[tuple[float, float]], acting: float = ACTING
) -> bool:
    """Whether one may ever act while something that another began is still under way."""
    row, now = Lease(), 0.0
    candidates = [Candidate(str(n), *clock) for n, clock in enumerate(clocks)]
    for number, pause in made:
        now += pause
        one = candidates[number]
        if one.tried:
            row = one.write(row, acting)
        else:
            one.read(row, now)
        ends = [other.until + ACT * SECONDS / other.speed for other in candidates if other is not one]
        if one.until > now and max(ends) > now:
            return True
    return False


@settings(max_examples=300)
@given(moves, clocks)
def test_two_never_act_at_once_whatever_the_order_the_delays_and_the_clocks(
    made: list[tuple[int, float]], clocks: list[tuple[float, float]]
) -> None:
    assert not both_act(made, clocks)


def test_such_moves_betray_a_leader_that_would_act_for_as_long_as_the_lease_lasts() -> None:
    chance = random.Random(1)
    right = [(0.0, 1.0)] * 3
    tried = [[(chance.randrange(3), chance.uniform(0, 4)) for _ in range(80)] for _ in range(500)]
    assert not any(both_act(made, right) for made in tried)
    assert any(both_act(made, right, acting=1.0) for made in tried)


def test_a_take_over_lasts_at_most_fifteen_seconds() -> None:
    beat = SECONDS / BEATS
    seen_late = beat  # the standby looks once a beat
    assert seen_late + SECONDS + beat <= 15.0
    assert ACTING + ACT < 1.0
    assert ControllerSettings.model_fields["lease_seconds"].default == SECONDS
