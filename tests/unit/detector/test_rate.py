"""The rate of calls: evenly paced, within its bounds, and soon near a limit that nobody tells."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.detector import rate
from services.detector.rate import DEAF_SECONDS, FALL, LOWEST, Rate

Event = tuple[str, float]
events = st.lists(
    st.tuples(st.sampled_from(["reserve", "succeeded", "throttled"]), st.floats(0, 5)), max_size=80
)
rates = st.builds(
    lambda limit, room: Rate(limit=limit, highest=limit + room), st.floats(0.1, 50), st.floats(0, 50)
)


@dataclass
class History:
    """Replays events on a rate; `slots` holds those given, `distances` what each promised to keep."""

    state: Rate
    now: float = 0.0

    def __post_init__(self) -> None:
        self.slots: list[tuple[float, float]] = []  # when it was taken, when it starts
        self.distances: list[float] = []
        self.limits = [self.state.limit]

    def replay(self, happened: list[Event]) -> History:
        for event, pause in happened:
            self.now += pause
            self._step(event)
            self.limits.append(self.state.limit)
        return self

    def _step(self, event: str) -> None:
        if event == "succeeded":
            self.state = rate.succeeded(self.state)
        elif event == "throttled":
            self.state = rate.throttled(self.state, self.now)
        else:
            self.distances.append(1 / self.state.limit)
            self.state, slot = rate.reserve(self.state, self.now)
            self.slots.append((self.now, slot))


@given(rates, events)
def test_a_slot_is_never_in_the_past(state: Rate, happened: list[Event]) -> None:
    assert all(slot >= taken for taken, slot in History(state).replay(happened).slots)


@given(rates, events)
def test_slots_keep_their_distance_whatever_is_learnt_between_them(
    state: Rate, happened: list[Event]
) -> None:
    history = History(state).replay(happened)
    starts = [slot for _, slot in history.slots]
    for earlier, later, distance in zip(starts, starts[1:], history.distances, strict=False):
        assert later - earlier >= distance - 1e-9


@given(st.floats(LOWEST, 50), st.integers(1, 50))
def test_calls_that_nothing_delays_are_evenly_paced(limit: float, calls: int) -> None:
    history = History(Rate(limit=limit, highest=limit)).replay([("reserve", 0.0)] * calls)
    assert [slot for _, slot in history.slots] == pytest.approx([n / limit for n in range(calls)])


@given(rates, events)
def test_the_limit_stays_within_its_bounds(state: Rate, happened: list[Event]) -> None:
    floor = min(LOWEST, state.limit)
    assert all(floor <= limit <= state.highest for limit in History(state).replay(happened).limits)


@given(rates, st.lists(st.floats(0, 0.99 * DEAF_SECONDS), min_size=1))
def test_throttles_within_a_second_lower_the_limit_once(state: Rate, moments: list[float]) -> None:
    assume(state.limit * FALL > LOWEST)
    lowered = rate.throttled(state, 100.0)
    learnt = lowered
    for moment in moments:
        learnt = rate.throttled(learnt, 100.0 + moment)
    assert learnt == lowered
    assert learnt.limit == pytest.approx(state.limit * FALL)


@given(rates, events)
def test_a_throttle_never_raises_the_limit_and_a_success_never_lowers_it(
    state: Rate, happened: list[Event]
) -> None:
    limits = History(state).replay(happened).limits
    for (event, _), before, after in zip(happened, limits, limits[1:], strict=False):
        assert after <= before if event == "throttled" else after >= before


def test_the_limit_doubles_every_second_until_the_first_throttle() -> None:
    state = Rate(limit=2.0, highest=50.0)
    for _ in range(2):
        state = rate.succeeded(state)
    assert state.limit == 4.0
    limit = rate.throttled(state, 10.0).limit
    assert rate.succeeded(rate.throttled(state, 10.0)).limit < limit + 1


@dataclass
class Model:
    """A token bucket of a second's burst: what the detector cannot see."""

    rate: float
    tokens: float = 1.0
    at: float = 0.0

    def takes(self, now: float) -> bool:
        self.tokens = min(max(1.0, self.rate), self.tokens + (now - self.at) * self.rate)
        self.at = now
        taken = self.tokens >= 1
        self.tokens -= taken
        return taken


@settings(max_examples=20)
@given(st.floats(4, 45))
def test_the_rate_converges_near_a_hidden_limit_with_few_throttles(hidden: float) -> None:
    model, state, now = Model(hidden), Rate(limit=2.0, highest=50.0), 0.0
    outcomes: list[tuple[float, bool]] = []
    while now < 180:
        state, now = rate.reserve(state, now)
        outcomes.append((now, model.takes(now)))
        state = rate.succeeded(state) if outcomes[-1][1] else rate.throttled(state, now)
    settled = [taken for at, taken in outcomes if at > 60]
    assert sum(settled) / 120 >= 0.75 * hidden
    assert settled.count(False) / len(settled) <= 0.08
