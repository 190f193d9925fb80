"""Timecodes: exact, sorted as text as they are in time, and readable."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.videos.timecode import (
    clock,
    frame_key,
    frame_name,
    frame_of_key,
    instants_before,
    seconds_of,
    to_ms,
)

LONGEST_MS = 10**10 - 1
times = st.fractions(0, LONGEST_MS // 1000, max_denominator=10**6)
intervals = st.fractions("1/100", 3600, max_denominator=1000)


@given(times)
def test_milliseconds_are_the_nearest(timestamp: Fraction) -> None:
    assert abs(to_ms(timestamp) - timestamp * 1000) <= Fraction(1, 2)


def test_half_milliseconds_round_up() -> None:
    assert [to_ms(Fraction(n, 10_000)) for n in (4, 5, 14, 15, 25)] == [0, 1, 1, 2, 3]


@given(times, times)
def test_milliseconds_keep_the_order_of_time(a: Fraction, b: Fraction) -> None:
    assert to_ms(min(a, b)) <= to_ms(max(a, b))


@given(st.integers(0, LONGEST_MS), st.integers(0, LONGEST_MS))
def test_keys_sort_in_time(a: int, b: int) -> None:
    assert (frame_key("v", a, 7, "jpg") < frame_key("v", b, 7, "jpg")) == (a < b)


def test_names_are_for_people() -> None:
    assert frame_key("cup-1", 727_000, 727, "jpg") == "frames/cup-1/0000727000-00000727.jpg"
    assert clock(727_000) == "00:12:07.000"
    assert clock(36_000_001, separator="-") == "10-00-00.001"
    assert frame_name(42, 727_000) == "frame_0042_00h12m07.000s"


@given(st.integers(0, LONGEST_MS))
def test_a_clock_reads_back_to_its_milliseconds(timestamp_ms: int) -> None:
    hours, minutes, seconds = clock(timestamp_ms).split(":")
    assert round((int(hours) * 60 + int(minutes)) * 60_000 + float(seconds) * 1000) == timestamp_ms
    assert int(minutes) < 60
    assert float(seconds) < 60


@given(st.fractions(0, 10**5, max_denominator=10**5), intervals)
def test_the_instants_are_exactly_those_before_the_end(duration: Fraction, interval: Fraction) -> None:
    count = instants_before(duration, interval)
    assert count * interval >= duration
    assert count == 0 or (count - 1) * interval < duration


@pytest.mark.parametrize("duration", [Fraction(0), Fraction(-5)])
def test_a_video_without_duration_has_no_instants(duration: Fraction) -> None:
    assert instants_before(duration, Fraction(1)) == 0


@given(st.integers(0, LONGEST_MS), st.integers(0, 10**8 - 1))
def test_a_key_reads_back_to_its_frame(timestamp_ms: int, instant: int) -> None:
    for grid in (1, 8):
        key = frame_key("cup-1", timestamp_ms, instant, "png", grid)
        assert frame_of_key(key) == (timestamp_ms, instant, grid)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1:30", 90), ("00:01:30.5", "181/2"), ("0.04", "1/25"), ("2:00:00", 7200)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: int | str) -> None:
    assert seconds_of(text) == Fraction(seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1:", ":30", "1:2:3:4", "1/2", "1.2.3", "1e3", "nan"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        seconds_of(text)


@given(st.integers(0, LONGEST_MS))
def test_a_clock_is_a_time(timestamp_ms: int) -> None:
    assert seconds_of(clock(timestamp_ms)) == Fraction(timestamp_ms, 1000)
