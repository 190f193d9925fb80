"""The limit all senders share: soon near what the model bears, rarely above, and right for its units."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from math import ceil

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.detector.pacing import rate
from services.detector.pacing.brake import Brake
from services.detector.pacing.rate import LOWEST, SOUGHT, WINDOW_CALLS, Bounds
from shared.models.pool import Pool, Units, Window

BOUNDS = Bounds(per_unit=1.0, highest=50.0)
NOW = 200.0
MANY_CALLS = ceil(rate.window_calls(BOUNDS.highest))  # enough at any limit


def pool(limit: float = 10.0, **changes: object) -> Pool:
    begun = rate.begin("v1", Units(1, 100.0), BOUNDS, 0.0)
    return replace(begun, **{"limit": limit, "learnt": True, **changes})  # type: ignore[arg-type]


limits = st.floats(LOWEST, 50)


@st.composite
def windows(draw: st.DrawFn, fewest: int = 0) -> Window:
    calls = draw(st.integers(fewest, 200))
    return Window(calls, draw(st.integers(0, calls)), draw(st.integers(0, calls)))


# --- beginning, and the units


def test_a_new_model_is_tried_at_the_given_rate_for_each_unit() -> None:
    begun = rate.begin("v1", Units(3, 100.0), Bounds(2.0, 50.0), now=7.0)
    assert (begun.limit, begun.units, begun.learnt) == (6.0, 3, False)


@given(limits, st.integers(1, 5), st.integers(1, 5))
def test_a_change_of_units_takes_the_learnt_rate_of_each_along_at_once(
    limit: float, before: int, after: int
) -> None:
    changed = rate.follow(pool(limit, units=before), Units(after, 200.0), BOUNDS, now=200.0)
    assert changed.limit == pytest.approx(BOUNDS.within(limit / before * after))
    assert changed.units == after


def test_an_older_report_of_units_is_not_followed() -> None:
    now = pool(15.0, units=5, units_at=200.0)
    assert rate.follow(now, Units(1, 199.0), BOUNDS, now=201.0) == now


def test_calls_before_a_change_has_settled_are_not_counted() -> None:
    changed = rate.follow(pool(), Units(5, 200.0), BOUNDS, now=200.0)
    window = Window(calls=10, throttled=10)
    assert rate.count(changed, changed.era, window, now=200.0 + rate.FREEZE / 2) == changed
    assert rate.count(changed, changed.era, window, now=200.0 + rate.FREEZE).window == window


def test_a_clock_that_was_set_back_does_not_stop_the_learning() -> None:
    window = Window(calls=10)
    assert rate.count(pool(settled_at=1e6), 1, window, now=10.0).window == window


def test_calls_at_another_limit_are_not_counted() -> None:
    assert rate.count(pool(era=5), 4, Window(calls=10, throttled=10), now=1.0).window == Window()


# --- learning


@given(limits, windows(), st.booleans(), st.integers(0, 20))
def test_the_limit_stays_within_its_bounds(limit: float, window: Window, learnt: bool, clean: int) -> None:
    after = rate.learn(pool(limit, window=window, learnt=learnt, clean=clean), BOUNDS, NOW)
    assert LOWEST <= after.limit <= BOUNDS.highest


@given(limits, windows(fewest=MANY_CALLS), st.integers(0, 20))
def test_it_falls_above_the_sought_share_but_not_below_what_was_let_through(
    limit: float, window: Window, clean: int
) -> None:
    throttled = window.throttled / window.calls
    assume(throttled > SOUGHT)
    after = rate.learn(pool(limit, window=window, clean=clean), BOUNDS, NOW)
    assert after.limit < limit or limit == LOWEST
    assert after.limit >= limit * (1 - throttled) - 1e-9
    assert after.clean == 0


@given(limits, st.integers(MANY_CALLS, 200), st.integers(0, 20))
def test_it_rises_by_one_step_while_nothing_is_throttled(limit: float, calls: int, clean: int) -> None:
    before = pool(limit, window=Window(calls, 0, calls), clean=clean)
    after = rate.learn(before, BOUNDS, NOW)
    assert after.limit == pytest.approx(BOUNDS.within(limit * (1 + rate.step(before))))


def test_the_steps_double_to_four_percent_and_are_larger_late_below_where_it_fell_from() -> None:
    known = [round(100 * rate.step(pool(clean=clean, fell_from=10.0))) for clean in range(8)]
    fallen = [round(100 * rate.step(pool(clean=clean, fell_from=15.0))) for clean in range(8)]
    assert known == [1, 2, 4, 4, 4, 4, 4, 4]
    assert fallen == [1, 2, 4, 4, 10, 10, 10, 10]


@given(limits, st.floats(0.01, 600.0))
def test_where_it_fell_far_from_is_remembered_for_minutes(limit: float, since: float) -> None:
    fallen = pool(
        limit, fell_at=NOW - since, fell_from=2 * limit, window=Window(MANY_CALLS, MANY_CALLS // 2, 0)
    )
    after = rate.learn(fallen, BOUNDS, NOW)
    assert after.fell_from == (2 * limit if since < rate.REMEMBERED else limit)


@given(limits, st.floats(0.01, 20.0))
def test_falls_close_together_are_one(limit: float, since: float) -> None:
    falling = pool(
        limit, fell_at=NOW - since, fell_from=1.1 * limit, window=Window(MANY_CALLS, MANY_CALLS // 9, 0)
    )
    after = rate.learn(falling, BOUNDS, NOW)
    assert after.fell_from == (1.1 * limit if since < rate.FALLING else limit)


@given(limits, windows(fewest=WINDOW_CALLS))
def test_it_does_not_rise_when_it_was_not_reached(limit: float, window: Window) -> None:
    assume(window.waited < window.calls / 2)
    assert rate.learn(pool(limit, window=window), BOUNDS, NOW).limit <= limit


@given(limits, windows())
def test_few_calls_change_nothing(limit: float, window: Window) -> None:
    assume(not rate.tells(window, rate.window_calls(limit)))
    few = pool(limit, window=window)
    assert rate.learn(few, BOUNDS, NOW) == few


@given(limits, windows(), st.booleans())
def test_calls_of_the_limit_before_are_told_from_those_after(
    limit: float, window: Window, learnt: bool
) -> None:
    before = pool(limit, window=window, learnt=learnt)
    after = rate.learn(before, BOUNDS, NOW)
    assert after.limit == before.limit or (after.era > before.era and after.window == Window())


def test_until_the_first_throttle_the_limit_doubles() -> None:
    state = pool(2.0, learnt=False)
    for expected in (4.0, 8.0, 16.0):
        calls = max(rate.SEARCH_CALLS, round(state.limit))
        state = rate.learn(replace(state, window=Window(calls, 0, calls)), BOUNDS, NOW)
        assert (state.limit, state.learnt) == (expected, False)
    state = rate.learn(replace(state, window=Window(20, 10, 20)), BOUNDS, NOW)
    assert state.learnt
    assert state.limit >= 8.0


@pytest.mark.parametrize(("limit", "count"), [(0.2, 1), (3, 1), (19.9, 1), (20, 2), (25, 2), (50, 5)])
def test_so_many_replicas_share_a_limit(limit: float, count: int) -> None:
    assert rate.senders(pool(limit)) == count
    assert rate.senders(pool(limit, learnt=False)) == 1


# --- against a model that tells nothing


@dataclass
class Model:
    """A token bucket of a second's burst: what the detectors cannot see."""

    rate: float
    tokens: float = 0.0
    at: float = 0.0
    made: float = 0.0

    def takes(self, now: float) -> bool:
        new = (now - self.at) * self.rate
        self.made += new
        self.tokens = min(max(1.0, self.rate), self.tokens + new)
        self.at = now
        taken = self.tokens >= 1
        self.tokens -= taken
        return taken


@dataclass
class Sender:
    """What one sender knows; it beats once a second, or earlier when it has something to tell."""

    state: Pool
    beat: float
    brake: Brake = field(default_factory=Brake)
    window: Window = field(default_factory=Window)


@dataclass
class Sending:
    """So many replicas that always have frames, as many of which send as share the limit."""

    model: Model
    state: Pool
    replicas: int = 1
    now: float = 0.0
    outcomes: list[bool] = field(default_factory=list)

    def run(self, until: float) -> tuple[float, float]:
        """Utilisation and throttled share from now on."""
        made, begun = self.model.made, len(self.outcomes)
        senders = [Sender(self.state, self.now + n / self.replicas) for n in range(self.replicas)]
        turns = [(sender.beat + 1 / sender.state.limit, n) for n, sender in enumerate(senders)]
        while self.now < until:
            self.now, number = heapq.heappop(turns)
            sender, sharing = senders[number], min(self.replicas, rate.senders(self.state))
            if number < sharing:
                self._call(sender)
            self._beat(sender)
            heapq.heappush(turns, (self.now + sharing / (sender.state.limit * sender.brake.factor), number))
        seen = self.outcomes[begun:]
        return sum(seen) / (self.model.made - made), seen.count(False) / len(seen)

    def _call(self, sender: Sender) -> None:
        taken, seen = self.model.takes(self.now), sender.window
        self.outcomes.append(taken)
        sender.brake = sender.brake.after(throttled=not taken)
        sender.window = Window(
            calls=seen.calls + 1, throttled=seen.throttled + (not taken), waited=seen.waited + 1
        )

    def _beat(self, sender: Sender) -> None:
        if self.now < (sender.beat - 0.5 if rate.tells(sender.window) else sender.beat):
            return
        era = sender.state.era
        self.state = rate.learn(rate.count(self.state, era, sender.window, self.now), BOUNDS, self.now)
        brake = sender.brake if self.state.era == era else Brake()
        sender.state, sender.brake, sender.window, sender.beat = self.state, brake, Window(), self.now + 1


@settings(max_examples=30, deadline=None)
@given(st.floats(2.5, 45), st.integers(1, 6))
def test_it_finds_a_hidden_limit_from_nothing_and_stays_near_it(hidden: float, replicas: int) -> None:
    sending = Sending(Model(hidden), rate.begin("v1", Units(1, 0.0), BOUNDS, -rate.FREEZE), replicas)
    sending.run(60)
    utilisation, throttled = sending.run(240)
    assert utilisation >= 0.985
    assert throttled <= 0.025


def test_it_follows_a_silent_drop_within_seconds_and_the_recovery_within_half_a_minute() -> None:
    sending = Sending(Model(15.0, 15.0), pool(15.0))
    sending.run(30)
    sending.model.rate = 10.0
    sending.run(35)
    assert sending.state.limit <= 11.0
    sending.run(60)
    sending.model.rate = 15.0
    sending.run(90)
    assert sending.state.limit >= 14.5


def test_a_limit_that_is_right_for_one_unit_is_right_for_five_at_once() -> None:
    sending = Sending(Model(3.0, 3.0), pool(3.0))
    sending.run(60)
    sending.model.rate = 15.0
    sending.state = rate.follow(sending.state, Units(5, 200.0), BOUNDS, sending.now)
    utilisation, throttled = sending.run(120)
    assert utilisation >= 0.97
    assert throttled <= 0.025


def test_a_change_of_units_that_is_told_late_spoils_nothing_that_was_learnt() -> None:
    sending = Sending(Model(15.0, 15.0), pool(15.0, units=5, units_at=0.0))
    sending.run(60)
    learnt = sending.state.per_unit
    sending.model.rate = 6.0
    sending.run(70)
    assert sending.state.per_unit < 0.6 * learnt
    sending.state = rate.follow(sending.state, Units(2, sending.now), BOUNDS, sending.now)
    assert sending.state.per_unit == pytest.approx(learnt, rel=0.1)
    sending.run(130)
    sending.state = rate.follow(sending.state, Units(5, sending.now), BOUNDS, sending.now)
    assert sending.state.per_unit == pytest.approx(3.0, rel=0.1)
