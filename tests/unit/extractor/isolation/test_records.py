"""Records are read back as they were written; from a child that was taken over, anything may come."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.isolation import records
from services.extractor.media import RejectedFrame, Sampled, SampledFrame, SkippedInstant

whole = st.integers(0, 10**9)
positive = st.fractions("1/100000", 10)
sampled: st.SearchStrategy[Sampled] = st.one_of(
    st.builds(
        SampledFrame,
        instant=whole,
        pts=st.integers(),
        time_base=positive,
        timestamp=st.fractions(),
        pts_ms=whole,
        width=whole,
        height=whole,
        data=st.binary(max_size=50),
    ),
    st.builds(
        RejectedFrame,
        instant=whole,
        pts_ms=whole,
        reason=st.text(max_size=20),
        measure=st.floats(allow_nan=False),
        same_as=st.none() | whole,
        thumbnail=st.binary(max_size=50),
    ),
    st.builds(SkippedInstant, instant=whole, reason=st.text(max_size=20)),
)
anything: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just([])
)


def packed(item: Sampled) -> bytes:
    match item:
        case SampledFrame():
            return records.pack_frame(item)
        case RejectedFrame():
            return records.pack_rejected(item)
        case SkippedInstant():
            return records.pack_skipped(item)


@given(sampled)
def test_what_is_packed_is_read_back(item: Sampled) -> None:
    record = packed(item)
    json_bytes, raw_bytes = records.lengths(record[: records.HEAD.size])
    text, raw = record[records.HEAD.size :][:json_bytes], record[records.HEAD.size + json_bytes :]
    assert len(raw) == raw_bytes
    assert records.sampled_of(records.fields_of(text), raw) == item


@given(
    st.sampled_from(["frame", "rejected", "skipped", "greeting"]),
    st.dictionaries(
        st.sampled_from(
            ["instant", "pts", "time_base", "timestamp", "pts_ms", "reason", "measure", "same_as"]
        ),
        anything,
    ),
)
def test_fields_that_make_no_sense_are_a_broken_record(kind: str, fields: dict[str, Any]) -> None:
    try:
        item = records.sampled_of({**fields, "kind": kind}, b"")
    except records.BrokenRecord:
        return
    assert isinstance(item, RejectedFrame | SkippedInstant)
    assert isinstance(item.instant, int)


def test_times_that_divide_by_zero_are_a_broken_record() -> None:
    fields = {"kind": "frame", "instant": 0, "pts": 0, "time_base": "1/0"}
    with pytest.raises(records.BrokenRecord):
        records.sampled_of(fields, b"")


def test_a_frame_knows_its_exact_time() -> None:
    frame = SampledFrame(1, 1001, Fraction(1, 30000), Fraction(1001, 30000), 33, 4, 3, b"x")
    assert records.frame_of(records.fields_of(packed(frame)[records.HEAD.size : -1]), b"x") == frame
