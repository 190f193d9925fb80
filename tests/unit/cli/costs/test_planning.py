"""What people say about a planned workload is understood, or told in a sentence why not."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.costs.planning import NotUnderstood, due, length

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("40 h of 1080p", 144_000), ("40h", 144_000), ("90min", 5400), ("1.5 d", 129_600), ("30 s", 30)],
)
def test_lengths_are_read(text: str, seconds: float) -> None:
    assert length(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "0h", "forty hours", "40", "-3h", "40 parsec"])
def test_what_is_no_length_is_named(text: str) -> None:
    with pytest.raises(NotUnderstood, match="is no length of video: write 40h"):
        length(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("tomorrow 08:00", "2026-11-26 08:00"),
        ("today 18:30", "2026-11-25 18:30"),
        ("18:30", "2026-11-25 18:30"),
        ("08:00", "2026-11-26 08:00"),
        ("2026-12-01 09:15", "2026-12-01 09:15"),
        ("2026-12-01T09:15", "2026-12-01 09:15"),
    ],
)
def test_moments_are_read_in_utc(text: str, moment: str) -> None:
    assert f"{datetime.fromtimestamp(due(text, NOON), UTC):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-02-30 08:00", "tomorrow"])
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(NotUnderstood, match="is no time: write 18:30"):
        due(text, NOON)


def test_what_is_past_is_told() -> None:
    with pytest.raises(NotUnderstood, match="is past: it is 2026-11-25 12:00 UTC"):
        due("today 08:00", NOON)


@given(st.text(max_size=20))
def test_whatever_is_said_is_understood_or_refused(text: str) -> None:
    for read in (length, lambda words: due(words, NOON)):
        with suppress(NotUnderstood):
            assert read(text) > 0
