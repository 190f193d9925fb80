"""The policy: the model runs exactly while there are frames to examine, and every decision has a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.controller.policy import Action, Start, Stop, View, Wait, decide
from shared.control import ModelState

ATTEMPTS = 3

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
HOPELESS = [
    "TRAINING_IN_PROGRESS",
    "TRAINING_FAILED",
    "DELETING",
    "COPYING_IN_PROGRESS",
    "COPYING_FAILED",
    "DEPRECATED",
    "EXPIRED",
]

views = st.builds(
    View,
    state=st.sampled_from(ModelState),
    message=st.text(max_size=20),
    outstanding=st.integers(0, 10**7),
    failed_starts=st.integers(0, 10),
)


def view(state: str, outstanding: int, failed_starts: int = 0) -> View:
    return View(ModelState(state), "no capacity", outstanding, failed_starts)


def test_the_table_speaks_of_every_state() -> None:
    assert set(TABLE) == set(ModelState)


@pytest.mark.parametrize("state", TABLE)
def test_each_state_has_its_action(state: str) -> None:
    idle, busy = TABLE[state]
    assert type(decide(view(state, 0), ATTEMPTS)) is idle
    assert type(decide(view(state, 1), ATTEMPTS)) is busy
    assert type(decide(view(state, 123_456), ATTEMPTS)) is busy


@pytest.mark.parametrize("state", HOPELESS)
def test_a_model_that_cannot_be_started_calls_for_help(state: str) -> None:
    assert decide(view(state, 5), ATTEMPTS).reason == (
        f"waiting for help: a model that is {state} cannot be started, 5 frames waiting"
    )


@pytest.mark.parametrize(
    ("failed_starts", "action"), [(0, Start), (1, Start), (2, Start), (3, Wait), (4, Wait)]
)
def test_a_failed_start_is_tried_again_up_to_the_limit(failed_starts: int, action: type[Action]) -> None:
    decided = decide(view("FAILED", 1, failed_starts), ATTEMPTS)
    assert type(decided) is action
    assert "no capacity" in decided.reason


def test_reasons_count_frames_as_people_do() -> None:
    assert decide(view("STOPPED", 1), ATTEMPTS).reason == "starting: 1 frame to examine"
    assert decide(view("STOPPED", 1234), ATTEMPTS).reason == "starting: 1,234 frames to examine"


@given(views, st.integers(1, 5))
def test_the_model_is_never_started_without_demand(seen: View, attempts: int) -> None:
    if not seen.outstanding:
        assert not isinstance(decide(seen, attempts), Start)


@given(views, st.integers(1, 5))
def test_the_model_is_never_stopped_while_frames_are_outstanding(seen: View, attempts: int) -> None:
    if seen.outstanding:
        assert not isinstance(decide(seen, attempts), Stop)


@given(views, st.integers(1, 5))
def test_every_action_has_a_reason(seen: View, attempts: int) -> None:
    assert decide(seen, attempts).reason.strip()


@given(views, st.integers(1, 5))
def test_a_running_model_without_work_is_always_stopped(seen: View, attempts: int) -> None:
    if seen.state is ModelState.RUNNING and not seen.outstanding:
        assert isinstance(decide(seen, attempts), Stop)
