"""Promises of injected faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.faults import Faults, fate

CALLS = 4000


def codes(faults: Faults) -> list[str | None]:
    ends = [fate(faults, number).error for number in range(CALLS)]
    return [None if end is None else type(end).__name__ for end in ends]


def test_shares_are_kept() -> None:
    drawn = codes(Faults(throttle_share=0.2, error_share=0.05))
    assert drawn.count("ProvisionedThroughputExceededException") / CALLS == pytest.approx(0.2, abs=0.02)
    assert drawn.count("InternalServerError") / CALLS == pytest.approx(0.05, abs=0.01)


def test_the_same_seed_draws_the_same_faults_and_another_seed_others() -> None:
    first, second = (Faults(throttle_share=0.5, seed=seed) for seed in (1, 2))
    assert codes(first) == codes(first) != codes(second)


@given(st.integers(0, 10_000))
def test_no_faults_harm_no_call(number: int) -> None:
    assert fate(Faults(), number) == fate(Faults(seed=7), number)
    assert fate(Faults(), number).error is None


def test_stalls_befall_their_share_of_calls_for_their_time() -> None:
    faults = Faults(stall_share=0.25, stall_seconds=2)
    stalls = [fate(faults, number).stall_seconds for number in range(CALLS)]
    assert set(stalls) == {0.0, 2.0}
    assert stalls.count(2.0) / CALLS == pytest.approx(0.25, abs=0.02)
