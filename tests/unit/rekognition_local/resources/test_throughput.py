"""Promises of the token bucket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.resources.throughput import BURST_SECONDS, Bucket, full, take

rates = st.floats(0.5, 100)
waits = st.lists(st.floats(0, 2), min_size=1, max_size=300)


def passed(rate: float, waits: list[float]) -> tuple[int, float]:
    """How many of the calls with these waits before them went through, and the time they took."""
    bucket, now, count = full(rate, 0.0), 0.0, 0
    for wait in waits:
        now += wait
        bucket, allowed = take(bucket, now)
        count += allowed
    return count, now


@given(rates, waits)
def test_no_more_passes_than_a_burst_and_the_rate(rate: float, waits: list[float]) -> None:
    count, seconds = passed(rate, waits)
    assert count <= max(1.0, rate * BURST_SECONDS) + rate * seconds + 1e-6


@given(rates, st.integers(1, 100))
def test_who_keeps_to_the_rate_is_never_refused(rate: float, calls: int) -> None:
    # A hair slower than the rate, for the rounding of the clock.
    assert passed(rate, [1.000001 / rate] * calls)[0] == calls


@given(rates, st.integers(1, 50))
def test_a_refusal_costs_nothing(rate: float, refusals: int) -> None:
    bucket = Bucket(rate, tokens=0.0, at=0.0)
    for _ in range(refusals):
        bucket, allowed = take(bucket, 0.0)
        assert not allowed
    assert take(bucket, 1.000001 / rate)[1]


@given(rates, st.floats(0, 1e6))
def test_a_clock_set_back_takes_no_tokens_away(rate: float, back: float) -> None:
    bucket = full(rate, 1e6)
    after, allowed = take(bucket, 1e6 - back)
    assert allowed
    assert after.tokens == bucket.tokens - 1
