"""The policy: started by deadline, stopped without work, within the budget, always with a reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.controller.bookkeeping.memory import Memory
from services.controller.deciding.actions import Action, Cause, Start, Stop, Wait
from services.controller.deciding.budget import Budget, to_start, to_stop
from services.controller.deciding.policy import decide
from services.controller.deciding.view import Rules, StartBilling, View
from shared.costs.demand import Capacity, Work, frames
from shared.models.control import ModelState

NOON = 1_763_899_200.0  # 2025-11-23 12:00 UTC
UNBILLED = Rules(billing=StartBilling.UNBILLED)
BILLED = Rules(billing=StartBilling.BILLED)
CAPACITY = Capacity(unit_rate=2.0, start_seconds=900.0, most_units=5)

# state: with nothing to examine, and with frames to examine
TABLE: dict[str, tuple[type[Action], type[Action]]] = {
    "TRAINING_IN_PROGRESS": (Wait, Wait),
    "TRAINING_COMPLETED": (Wait, Start),
    "TRAINING_FAILED": (Wait, Wait),
    "STARTING": (Wait, Wait),
    "RUNNING": (Stop, Wait),
    "FAILED": (Wait, Start),
    "STOPPING": (Wait, Wait),
    "STOPPED": (Wait, Start),
    "DELETING": (Wait, Wait),
    "COPYING_IN_PROGRESS": (Wait, Wait),
    "COPYING_COMPLETED": (Wait, Start),
    "COPYING_FAILED": (Wait, Wait),
    "DEPRECATED": (Wait, Wait),
    "EXPIRED": (Wait, Wait),
}

works = st.lists(
    st.builds(
        lambda number, count, age, given: Work(f"v{number}", count, NOON - age, NOON - age + given),
        st.integers(0, 99),
        st.integers(1, 10**5),
        st.floats(0, 10**5),
        st.floats(60, 10**5),
    ),
    max_size=5,
).map(tuple)
memories = st.builds(
    Memory,
    succeeded_at=st.floats(NOON - 1000, NOON),
    strange_at=st.none() | st.floats(NOON - 2000, NOON),
    failed_starts=st.integers(0, 5),
    stalls=st.integers(0, 5),
    retry_at=st.sampled_from([0.0, NOON + 60.0]),
    enlarge_to=st.integers(0, 5),
)
views = st.builds(
    View,
    now=st.just(NOON),
    state=st.sampled_from(ModelState),
    message=st.just("no capacity"),
    units=st.integers(1, 5),
    works=works,
    capacity=st.builds(Capacity, st.floats(0.1, 50), st.floats(10, 3000), st.integers(1, 9)),
    memory=memories,
    budget=st.builds(
        Budget, left=st.sampled_from([float("inf"), 0.0, 1.0, 5.0, 50.0]), renewed_at=st.just(NOON)
    ),
    paused=st.none() | st.just("stopped by hand"),
)
rules = st.builds(
    Rules,
    hold=st.none() | st.floats(0, 10**5),
    billing=st.sampled_from(StartBilling),
    elastic=st.booleans(),
)


def work(count: int, age: float = 0.0, given: float = 7200.0, video_id: str = "cup") -> Work:
    return Work(video_id, count, NOON - age, NOON - age + given)


def view(state: str, *waiting: Work, **more: Any) -> View:
    given = {"units": 1, "memory": Memory(succeeded_at=NOON), **more}
    return View(NOON, ModelState(state), "no capacity", works=waiting, capacity=CAPACITY, **given)


def test_the_table_speaks_of_every_state() -> None:
    assert set(TABLE) == set(ModelState)


@pytest.mark.parametrize("state", TABLE)
def test_each_state_has_its_action(state: str) -> None:
    idle, busy = TABLE[state]
    assert type(decide(view(state), UNBILLED)) is idle
    assert type(decide(view(state, work(1)), UNBILLED)) is busy
    assert type(decide(view(state, work(5000)), UNBILLED)) is busy


@pytest.mark.parametrize(
    ("seen", "by", "reason"),
    [
        (
            view("STOPPED", work(1240, age=600)),
            BILLED,
            "waiting: the backlog of 1,240 frames needs 1 unit at 12:53 UTC to meet the 13:50 UTC deadline",
        ),
        (
            view("STOPPED", work(1)),
            UNBILLED,
            "starting: 1 frame to examine with 1 unit, enough to meet the 14:00 UTC deadline",
        ),
        (
            view("STOPPED", work(10**6)),
            UNBILLED,
            "starting: 1,000,000 frames to examine with 5 units, the most allowed, as time is short",
        ),
        (
            view("RUNNING", work(1200)),
            UNBILLED,
            "running: 1,200 frames to examine with 1 unit, done about 12:10 UTC",
        ),
        (
            view("TRAINING_FAILED", work(5)),
            UNBILLED,
            "waiting for help: a model that is TRAINING_FAILED cannot be started, 5 frames waiting",
        ),
        (
            view("STOPPED", work(5), memory=Memory(strange_at=NOON - 60)),
            UNBILLED,
            "someone else stopped the model: left alone until 12:14 UTC, 5 frames waiting",
        ),
    ],
)
def test_reasons_name_their_numbers(seen: View, by: Rules, reason: str) -> None:
    assert decide(seen, by).reason == reason


def test_units_are_the_fewest_that_meet_the_deadline() -> None:
    starts = [decide(view("STOPPED", work(count)), UNBILLED) for count in (1, 9_000, 10_000, 25_000, 50_000)]
    assert [start.units for start in starts if isinstance(start, Start)] == [1, 2, 2, 3, 5]


def test_a_video_that_is_due_soon_counts_before_one_that_came_earlier() -> None:
    patient, urgent = work(20_000, 3600, 86_400, "patient"), work(6_000, 0, 5_000, "urgent")
    assert "needs 1 unit at" in decide(view("STOPPED", patient), BILLED).reason
    both = decide(view("STOPPED", patient, urgent), BILLED).reason
    assert "26,000 frames needs 2 units at 12:16 UTC to meet the 13:23 UTC deadline" in both


def test_a_video_given_less_than_three_start_up_times_is_hurried() -> None:
    started = decide(view("STOPPED", work(10, given=1800)), BILLED)
    assert isinstance(started, Start)
    assert started.units == CAPACITY.most_units


@pytest.mark.parametrize(
    ("billing", "age", "action"),
    [
        (StartBilling.UNBILLED, 0, Start),
        (StartBilling.UNKNOWN, 1700, Wait),
        (StartBilling.UNKNOWN, 1790, Start),
        (StartBilling.BILLED, 1790, Wait),
        (StartBilling.BILLED, 4500, Start),
    ],
)
def test_the_hold_follows_the_billing_of_starts(
    billing: StartBilling, age: float, action: type[Action]
) -> None:
    assert type(decide(view("STOPPED", work(60, age)), Rules(billing=billing))) is action


def test_elastic_units_go_up_to_the_most_allowed() -> None:
    started = decide(view("STOPPED", work(1)), replace(UNBILLED, elastic=True))
    assert isinstance(started, Start)
    assert (started.units, started.most_units) == (1, 5)


def test_a_model_that_falls_behind_is_restarted_larger_while_that_still_helps() -> None:
    stopped = decide(view("RUNNING", work(16_000, 0, 7200)), UNBILLED)
    assert isinstance(stopped, Stop)
    assert stopped.cause is Cause.ENLARGED
    again = decide(view("STOPPED", work(16_000), memory=Memory(enlarge_to=stopped.enlarge_to)), BILLED)
    assert isinstance(again, Start)
    assert again.units >= stopped.enlarge_to > 1


@given(views, rules)
def test_the_model_is_never_started_without_demand(seen: View, by: Rules) -> None:
    if not seen.works:
        assert not isinstance(decide(seen, by), Start)


@given(views, rules)
def test_the_model_is_only_started_from_a_state_that_allows_it(seen: View, by: Rules) -> None:
    if isinstance(decide(seen, by), Start):
        assert TABLE[seen.state][1] is Start


@given(views, rules)
def test_work_in_hand_is_only_stopped_for_what_goes_before_it(seen: View, by: Rules) -> None:
    action = decide(seen, by)
    if isinstance(action, Stop):
        assert (action.cause is Cause.DONE) == (
            not seen.works and action.cause not in (Cause.PAUSED, Cause.BUDGET)
        )
        if action.cause is Cause.STALLED:
            assert seen.now - seen.memory.succeeded_at >= 180
        if action.cause is Cause.ENLARGED:
            assert action.enlarge_to > seen.units


@given(views, rules)
def test_an_idle_model_is_stopped_unless_someone_else_started_it(seen: View, by: Rules) -> None:
    if seen.state is ModelState.RUNNING and not seen.works and seen.memory.strange_at is None:
        assert isinstance(decide(seen, by), Stop)


@given(views, rules)
def test_a_start_is_one_that_the_budget_can_pay(seen: View, by: Rules) -> None:
    action = decide(seen, by)
    if isinstance(action, Start):
        most = max(action.units, action.most_units)
        assert to_start(most, by.tick) <= seen.budget.left
        assert 1 <= action.units <= seen.capacity.most_units


@given(views, rules)
def test_a_run_is_stopped_while_the_budget_can_still_pay_for_the_stop(seen: View, by: Rules) -> None:
    if seen.state is ModelState.RUNNING and seen.budget.left < to_stop(seen.units, by.tick):
        assert isinstance(decide(seen, by), Stop)


@given(views, rules)
def test_what_is_started_is_not_stopped_at_once(seen: View, by: Rules) -> None:
    """No flapping: a start is followed by a run that no rule ends but the end of the work."""
    action = decide(seen, by)
    if isinstance(action, Start):
        begun = replace(
            seen,
            state=ModelState.RUNNING,
            units=action.units,
            memory=replace(seen.memory, strange_at=None, succeeded_at=seen.now, enlarge_to=action.units),
        )
        stopped = decide(begun, by)
        assert not isinstance(stopped, Stop) or stopped.cause is Cause.ENLARGED


@given(views, rules)
def test_every_reason_is_a_sentence_that_names_the_frames_it_is_about(seen: View, by: Rules) -> None:
    reason = decide(seen, by).reason
    assert reason.strip()
    count = frames(seen.works)
    if seen.works and "help" not in reason and "budget" not in reason and "hand" not in reason:
        assert f"{count:,} frame" in reason or re.search(r"\d", reason)
