"""What the controller learns of a model: how long its starts take, and how fast its units are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.controller.bookkeeping.learning import Throughput, start_seconds
from services.controller.bookkeeping.memory import Memory, Observation, seen
from shared.models.control import ModelState

PRESUMED = 4.0  # frames per second and unit, twice what a unit does
TICK = 10.0


def test_before_any_start_was_seen_starts_are_presumed_to_take_fifteen_minutes() -> None:
    assert start_seconds(()) == pytest.approx(900, rel=0.001)


def test_start_up_times_are_learnt() -> None:
    assert start_seconds((1200.0,) * 50) == pytest.approx(1200, rel=0.15)
    assert start_seconds((60.0,) * 50) < 150


@given(st.lists(st.floats(1, 7200), max_size=50))
def test_the_learnt_start_up_time_lies_above_the_typical_one(starts: list[float]) -> None:
    learnt = start_seconds(tuple(starts))
    assert min([600.0, *starts]) <= learnt
    assert learnt <= max([1e6, *starts])


def looked(memory: Memory, tick: int, detected: int, waiting: int, units: int = 2) -> Memory:
    return seen(memory, Observation(tick * TICK, ModelState.RUNNING, units, detected, waiting, ("cup-1",)))


def after(*ticks: tuple[int, int]) -> float:
    """The rate believed in after ticks of so many frames detected, and so many left waiting."""
    memory = looked(Memory(), 0, 0, 10_000)
    for number, (detected, waiting) in enumerate(ticks, start=1):
        memory = looked(memory, number, detected, waiting)
    return memory.throughput.unit_rate(PRESUMED)


def test_until_frames_were_examined_the_rate_is_the_presumed_one() -> None:
    assert after() == after((0, 9_000), (0, 9_000)) == PRESUMED


def test_a_presumption_that_is_wrong_by_two_is_nearly_corrected_in_a_minute() -> None:
    assert after(*[(40, 9_000)] * 6) == pytest.approx(2.0, rel=0.25)
    assert after(*[(40, 9_000)] * 60) == pytest.approx(2.0, rel=0.06)


def test_a_model_that_ran_out_of_frames_shows_nothing_of_its_rate() -> None:
    assert after((40, 30), (30, 30), (30, 30), (30, 5), (5, 0)) == after((40, 30))


def test_a_model_whose_units_changed_between_two_looks_shows_nothing_of_its_rate() -> None:
    memory = looked(looked(Memory(), 0, 0, 9_000, units=1), 1, 30, 9_000, units=2)
    assert memory.throughput == Throughput()


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(1.0, 900.0)), min_size=1, max_size=40))
def test_the_rate_believed_in_lies_between_the_presumed_one_and_those_seen(
    spans: list[tuple[int, float]],
) -> None:
    learnt = Throughput()
    for frames, unit_seconds in spans:
        learnt = learnt.after(frames, unit_seconds)
    rates = [PRESUMED, *(frames / unit_seconds for frames, unit_seconds in spans)]
    assert min(rates) - 1e-9 <= learnt.unit_rate(PRESUMED) <= max(rates) + 1e-9
