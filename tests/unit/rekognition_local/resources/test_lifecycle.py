"""Promises of a model version's life."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.errors import (
    ApiError,
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from services.rekognition_local.resources import lifecycle
from services.rekognition_local.resources.lifecycle import Results
from shared.models.control import ModelState
from tests.unit.rekognition_local.resources.versions import (
    BUSY,
    NEW,
    started,
    stopped,
)

times = st.floats(0, 1e6)
settled = lifecycle.settled


def test_a_started_model_runs_after_its_delay_and_not_before() -> None:
    starting = started(NEW, now=100)
    assert settled(starting, 159.9).state is ModelState.STARTING
    assert settled(starting, 160).state is ModelState.RUNNING


def test_a_stopped_model_stops_after_its_delay_and_can_start_again() -> None:
    stopping = stopped(settled(started(NEW, now=0), 60), now=100)
    assert settled(stopping, 129).state is ModelState.STOPPING
    resting = settled(stopping, 130)
    assert resting.state is ModelState.STOPPED
    assert started(resting, now=200).state is ModelState.STARTING


@pytest.mark.parametrize(
    "state", sorted(set(ModelState) - {"TRAINING_COMPLETED", "COPYING_COMPLETED", "STOPPED", "FAILED"})
)
def test_only_a_model_at_rest_can_be_started(state: ModelState) -> None:
    with pytest.raises(ResourceInUseException, match=state):
        started(replace(NEW, state=state), now=0)


@pytest.mark.parametrize("state", sorted(set(ModelState) - {"RUNNING"}))
def test_only_a_running_model_can_be_stopped(state: ModelState) -> None:
    with pytest.raises(ResourceInUseException, match=state):
        stopped(replace(NEW, state=state), now=0)


@pytest.mark.parametrize("state", BUSY)
def test_a_busy_model_cannot_be_deleted(state: str) -> None:
    with pytest.raises(ResourceInUseException, match=state):
        lifecycle.deleted(replace(NEW, state=ModelState(state)), now=0, seconds=1)


def test_a_deleted_model_is_there_until_its_time_is_over() -> None:
    deleting = lifecycle.deleted(NEW, now=10, seconds=5)
    assert deleting.state is ModelState.DELETING
    assert not lifecycle.gone(settled(deleting, 14.9), 14.9)
    assert lifecycle.gone(settled(deleting, 15), 15)


def test_a_start_that_is_to_fail_ends_failed_and_costs_nothing() -> None:
    failing = lifecycle.started(NEW, 2, None, limit=5, others=[], now=0, seconds=60, fails=True)
    failed = settled(failing, 100)
    assert (failed.state, lifecycle.billed(failed, 1000)) == (ModelState.FAILED, 0)
    assert started(failed, now=100).state is ModelState.STARTING


def test_a_copy_is_ready_later_and_owes_nothing_of_its_source() -> None:
    running = settled(started(NEW, now=0), 100)
    copy = lifecycle.copied(running, "copy", "elsewhere", "v2", created=7, now=200, seconds=20)
    assert copy.state is ModelState.COPYING_IN_PROGRESS
    ready = settled(copy, 220)
    assert (ready.state, ready.source_arn, lifecycle.billed(ready, 999)) == ("COPYING_COMPLETED", "arn", 0)
    with pytest.raises(ResourceInUseException):
        lifecycle.check_copyable(replace(NEW, state=ModelState.TRAINING_IN_PROGRESS))


def test_units_that_change_while_a_model_runs_are_billed_as_they_were() -> None:
    running = settled(started(NEW, now=0, units=1), 60)
    grown = lifecycle.rescaled(running, 3, now=160)
    assert lifecycle.billed(grown, now=170) == 100 + 30


@pytest.mark.parametrize(
    ("least", "most", "error"),
    [
        (6, None, LimitExceededException),
        (1, 6, LimitExceededException),
        (3, 2, InvalidParameterException),
    ],
)
def test_units_out_of_bounds_are_refused(least: int, most: int | None, error: type[ApiError]) -> None:
    with pytest.raises(error):
        lifecycle.started(NEW, least, most, limit=5, others=[], now=0, seconds=1)


def test_a_third_model_is_refused_while_two_start_or_run() -> None:
    starting = started(NEW, now=0)
    others = [starting, settled(starting, 60)]
    with pytest.raises(LimitExceededException):
        lifecycle.started(NEW, 1, None, limit=5, others=others, now=0, seconds=1)
    others[0] = NEW
    assert (
        lifecycle.started(NEW, 1, None, limit=5, others=others, now=0, seconds=1).state is ModelState.STARTING
    )


def test_only_running_time_is_billed_for_every_unit() -> None:
    starting = started(NEW, now=0, units=3)
    assert lifecycle.billed(settled(starting, 59), now=59) == 0
    running = settled(starting, 100)
    assert lifecycle.billed(running, now=100) == 3 * 40
    stopping = stopped(running, now=100)
    assert lifecycle.billed(stopping, now=1000) == 3 * 40


@given(st.lists(st.tuples(st.sampled_from(["look", "start", "stop"]), st.floats(0, 100)), max_size=40))
def test_the_bill_never_shrinks_and_looking_changes_nothing(steps: list[tuple[str, float]]) -> None:
    version, now, bill = NEW, 0.0, 0.0
    for step, wait in steps:
        now += wait
        current = settled(version, now)
        assert settled(current, now) == current
        assert lifecycle.billed(current, now) >= bill - 1e-6
        bill = lifecycle.billed(current, now)
        if step == "start" and current.state in ("TRAINING_COMPLETED", "STOPPED"):
            version = started(current, now)
        elif step == "stop" and current.state == "RUNNING":
            version = stopped(current, now)


@given(times, times)
def test_when_one_looks_does_not_change_where_it_leads(between: float, later: float) -> None:
    starting = started(NEW, now=0)
    late = between + later
    assert settled(settled(starting, between), late) == settled(starting, late)


def test_training_ends_with_its_duration_or_its_reason() -> None:
    training = replace(NEW, state=ModelState.TRAINING_IN_PROGRESS, since=100)
    done = lifecycle.trained(training, ("red",), None, now=160)
    assert (done.state, done.labels, done.training_seconds) == ("TRAINING_COMPLETED", ("red",), 60)
    assert (done.f1, "Too little" in done.message) == (None, True)
    tested = lifecycle.trained(training, ("red",), Results(0.9, {"red": 0.4}, {}), now=160)
    assert (tested.f1, tested.thresholds, tested.message) == (0.9, {"red": 0.4}, "The model is ready to run.")
    failed = lifecycle.training_failed(training, "No picture.", now=160)
    assert (failed.state, failed.message, failed.training_seconds) == ("TRAINING_FAILED", "No picture.", 0)
