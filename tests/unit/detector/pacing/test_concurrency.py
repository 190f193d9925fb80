"""How many frames to have in hand: by Little's law, within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.pacing.concurrency import frames_at_once, running_mean


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 100))
def test_it_stays_within_its_bounds(rate: float, latency: float, most: int) -> None:
    assert 1 <= frames_at_once(rate, latency, most) <= most


@given(st.floats(0.1, 50), st.floats(0, 10))
def test_it_is_enough_for_the_rate_at_this_latency(rate: float, latency: float) -> None:
    assert frames_at_once(rate, latency, 10_000) >= rate * latency + 1


def test_a_slow_answer_needs_more_frames_in_hand_than_a_quick_one() -> None:
    assert frames_at_once(15, 0.1, 50) == 19
    assert frames_at_once(15, 2.0, 50) == 47
    assert frames_at_once(15, 10.0, 50) == 50


def test_the_mean_follows_the_values() -> None:
    mean: float | None = None
    for _ in range(50):
        mean = running_mean(mean, 3.0)
    assert mean == pytest.approx(3.0)
    for _ in range(50):
        mean = running_mean(mean, 0.5)
    assert mean == pytest.approx(0.5, abs=0.01)
