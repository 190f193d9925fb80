"""A sender that is throttled slows itself down, and never speeds itself up."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.pacing.brake import GENTLE_CALLS, Brake
from services.detector.pacing.rate import SOUGHT


def braked(throttles: list[bool]) -> Brake:
    return reduce(Brake.after, throttles, Brake())


def test_a_sender_brakes_at_once_when_a_third_is_throttled() -> None:
    assert braked([n % 3 == 0 for n in range(10)]).factor == pytest.approx(0.6)


@given(st.integers(3, 20))
def test_what_is_throttled_now_and_then_for_long_is_taken_off_but_for_what_is_sought(few: int) -> None:
    throttles = [n % 5 == 0 and n < 5 * few for n in range(GENTLE_CALLS)]
    assert braked(throttles[:-1]).factor == 1.0
    assert braked(throttles).factor == pytest.approx(1 - few / GENTLE_CALLS + SOUGHT)


def test_one_call_in_a_hundred_is_no_reason_to_brake() -> None:
    assert braked([n % 100 == 0 for n in range(1000)]).factor == 1.0


@given(st.lists(st.booleans(), max_size=500))
def test_a_brake_is_never_let_go_by_itself(throttles: list[bool]) -> None:
    brake, factors = Brake(), [1.0]
    for throttled in throttles:
        brake = brake.after(throttled)
        factors.append(brake.factor)
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] > 0
