"""The controller's memory: what ticks, failures and other hands leave in it."""

from __future__ import annotations

import pytest

from services.controller.bookkeeping.memory import (
    Asked,
    Memory,
    Observation,
    asked_to_start,
    asked_to_stop,
    refused,
    seen,
)
from shared.models.control import ModelState


def look(now: float, state: ModelState, *, progressed: bool = False, has_work: bool = True) -> Observation:
    return Observation(now, state, 2, int(progressed), 0, ("cup-1",) if has_work else ())


NOTHING = Memory()


def lived(*looks: Observation, memory: Memory = NOTHING) -> Memory:
    for each in looks:
        memory = seen(memory, each)
    return memory


STOPPED = lived(look(0, ModelState.STOPPED))


def test_a_start_of_ours_is_timed_from_when_it_was_asked_for() -> None:
    memory = asked_to_start(STOPPED, 100)
    memory = lived(look(110, ModelState.STARTING), look(700, ModelState.RUNNING), memory=memory)
    assert memory.starts == (600.0,)
    assert (memory.running_since, memory.succeeded_at) == (700, 700)
    assert memory.strange_at is None


def test_a_start_that_ended_failed_is_counted_and_pauses_double() -> None:
    memory, pauses = STOPPED, []
    for turn in range(3):
        memory = asked_to_start(memory, turn * 1000)
        memory = lived(
            look(turn * 1000 + 1, ModelState.STARTING),
            look(turn * 1000 + 2, ModelState.FAILED),
            memory=memory,
        )
        pauses.append(memory.retry_at - (turn * 1000 + 2))
    assert memory.failed_starts == 3
    assert pauses == [60, 120, 240]
    assert lived(look(9000, ModelState.RUNNING), memory=asked_to_start(memory, 8000)).failed_starts == 0


@pytest.mark.parametrize("state", [ModelState.STARTING, ModelState.RUNNING])
def test_a_model_that_is_up_without_our_asking_is_someone_else_s(state: ModelState) -> None:
    assert lived(look(50, state)).strange_at == 50
    assert lived(look(50, state), memory=STOPPED).strange_at == 50
    assert lived(look(50, state), memory=asked_to_start(STOPPED, 40)).strange_at is None


def test_a_model_that_is_down_without_our_asking_was_stopped_by_someone_else() -> None:
    running = lived(look(50, ModelState.RUNNING), memory=asked_to_start(STOPPED, 40))
    assert lived(look(60, ModelState.STOPPING), memory=running).strange_at == 60
    asked = asked_to_stop(running, 55, stalled=False, enlarge_to=0)
    assert lived(look(60, ModelState.STOPPED), memory=asked).strange_at is None


def test_a_stalled_run_rests_longer_each_time_until_one_succeeds() -> None:
    memory, rests = STOPPED, []
    for turn in range(4):
        memory = asked_to_stop(memory, turn, stalled=True, enlarge_to=0)
        rests.append(memory.retry_at - turn)
    assert rests == [600, 1200, 2400, 3600]
    assert lived(look(9, ModelState.RUNNING, progressed=True), memory=memory).stalls == 0


def test_the_rest_ends_where_a_frame_turns_out_to_have_been_examined() -> None:
    resting = asked_to_stop(STOPPED, 0.0, stalled=True, enlarge_to=0)
    told = lived(look(9, ModelState.STOPPED, progressed=True), memory=resting)
    assert (told.stalls, told.retry_at) == (0, 0.0)


def test_the_units_a_restart_was_for_are_forgotten_with_the_work() -> None:
    memory = asked_to_stop(STOPPED, 5, stalled=False, enlarge_to=4)
    assert lived(look(6, ModelState.STOPPED), memory=memory).enlarge_to == 4
    assert lived(look(6, ModelState.STOPPED, has_work=False), memory=memory).enlarge_to == 0


def test_a_refusal_is_kept_in_words_until_the_next_start() -> None:
    memory = refused(asked_to_start(STOPPED, 5), 6, "two models run")
    assert (memory.refusal, memory.asked, memory.retry_at) == ("two models run", Asked.NOTHING, 66)
    assert asked_to_start(memory, 70).refusal == ""
