"""The meter: unit-seconds between two looks, from when we asked, or from halfway."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.controller.bookkeeping.memory import Asked, Memory
from services.controller.bookkeeping.meter import metered, spans
from shared.costs.usage import DayUse
from shared.models.control import ModelReport, ModelState

UNITS = 3


def report(state: ModelState, at: float = 100.0) -> ModelReport:
    return ModelReport("v1", state, UNITS, "", 0, 0.0, at)


def use(last: ModelState, state: ModelState, memory: Memory, now: float = 110.0) -> tuple[float, float, int]:
    today = metered(DayUse(), report(last), memory, state, 0, now)
    return today.running, today.passing, today.starts


IDLE = Memory(units=UNITS)
STARTED = Memory(units=UNITS, asked=Asked.START, asked_at=102.0)
STILL_SAID_TO_RUN = Memory(units=UNITS, asked=Asked.STOP, asked_at=102.0, stopped_at=102.0)
STOPPED = Memory(units=UNITS, asked=Asked.STOP, asked_at=102.0)


@pytest.mark.parametrize(
    ("last", "state", "memory", "running", "passing", "starts"),
    [
        ("RUNNING", "RUNNING", IDLE, 30, 0, 0),
        ("STOPPED", "STOPPED", IDLE, 0, 0, 0),
        ("STARTING", "STARTING", IDLE, 0, 30, 0),
        ("STARTING", "RUNNING", IDLE, 15, 15, 0),
        ("STOPPED", "STARTING", STARTED, 0, 24, 1),
        ("STOPPED", "RUNNING", STARTED, 12, 12, 1),
        ("RUNNING", "STOPPING", STOPPED, 6, 24, 0),
        ("RUNNING", "STOPPED", STOPPED, 6, 12, 0),
        ("RUNNING", "RUNNING", STILL_SAID_TO_RUN, 6, 24, 0),
        ("RUNNING", "STOPPED", IDLE, 15, 0, 0),
        ("RUNNING", "FAILED", IDLE, 15, 0, 0),
    ],
)
def test_time_is_metered_by_what_is_known(
    last: str, state: str, memory: Memory, running: float, passing: float, starts: int
) -> None:
    assert use(ModelState(last), ModelState(state), memory) == (running, passing, starts)


def test_the_first_look_of_all_meters_nothing() -> None:
    assert metered(DayUse(), None, IDLE, ModelState.RUNNING, UNITS, 100.0) == DayUse()


@given(
    st.sampled_from(ModelState),
    st.sampled_from(ModelState),
    st.sampled_from(Asked),
    st.floats(-1e4, 1e4),
    st.floats(-10, 1e4),
)
def test_no_second_is_metered_twice_and_none_before_the_last_look(
    last: ModelState, state: ModelState, asked: Asked, asked_at: float, elapsed: float
) -> None:
    memory = Memory(asked=asked, asked_at=asked_at)
    spent = spans(report(last, 0.0), memory, state, elapsed)
    assert all(seconds >= 0 for _, seconds in spent)
    assert sum(seconds for _, seconds in spent) <= max(0.0, elapsed) + 1e-6
