"""Byte ranges as players ask for them: never beyond the video, never more than was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.film.ranges import NotSatisfiable, Span, span

SIZES = st.integers(1, 1 << 40)


@given(SIZES, st.integers(0, 1 << 41), st.none() | st.integers(0, 1 << 41))
def test_a_span_is_what_was_asked_for_and_lies_in_the_video(size: int, first: int, last: int | None) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    if first >= size or (last is not None and last < first):
        with pytest.raises(NotSatisfiable):
            span(header, size)
        return
    found = span(header, size)
    assert found == Span(first, size if last is None else min(size, last + 1), size)
    assert 0 <= found.first < found.stop <= size


@given(SIZES, st.integers(1, 1 << 41))
def test_the_end_may_be_asked_for(size: int, most: int) -> None:
    assert span(f"bytes=-{most}", size) == Span(max(0, size - most), size, size)


@pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b"])
def test_what_is_no_single_range_means_the_whole(header: str | None) -> None:
    assert span(header, 10) is None


def test_an_empty_end_or_an_empty_video_cannot_be_sent() -> None:
    for header, size in (("bytes=-0", 10), ("bytes=0-", 0)):
        with pytest.raises(NotSatisfiable):
            span(header, size)


def test_the_answer_names_the_last_byte() -> None:
    assert Span(2, 6, 10).content_range == "bytes 2-5/10"
