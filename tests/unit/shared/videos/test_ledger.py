"""The books of a chunk and a video as values: what is complete, what is outstanding, and rows and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.dynamodb.items import from_item, to_item
from shared.aws.dynamodb.rows import chunk, chunk_item, chunk_key, video, video_item
from shared.config.options import Options
from shared.messaging.messages import Source
from shared.videos.ledger import ACTIVE, ENDED, Chunk, Counts, Examined, State, Video

NAMES = ("logos", "words")
examined = st.builds(Examined, detected=st.integers(0, 60), failed=st.integers(0, 60))
counts = st.builds(
    Counts, published=st.integers(0, 100), examined=st.dictionaries(st.sampled_from(NAMES), examined)
)
times = st.floats(1e9, 4e9)  # seconds since the epoch
videos = st.builds(
    Video,
    video_id=st.text(min_size=1, max_size=20),
    source=st.builds(
        Source, bucket=st.text(max_size=9), key=st.text(max_size=9), version=st.text(max_size=9)
    ),
    options=st.builds(Options),
    state=st.sampled_from(State),
    created_at=times,
    deadline_at=times,
    duration_ms=st.integers(0, 10**10),
    instants=st.integers(0, 10**9),
    chunks=st.integers(0, 10**5),
    error=st.text(max_size=20),
    finished_at=st.none() | times,
)


@given(counts, st.integers(0, 200), st.booleans())
def test_a_chunk_is_complete_when_extracted_and_nothing_is_outstanding(
    counts: Counts, instants: int, extracted: bool
) -> None:
    row = Chunk(0, instants, extracted=extracted, counts=counts, detectors=NAMES)
    outstanding = [row.outstanding(name) for name in NAMES]
    assert row.complete == (extracted and outstanding == [0, 0])
    assert min(outstanding) >= 0
    if row.complete:
        assert row.examined >= row.counts.published


def test_before_extraction_every_planned_instant_is_outstanding() -> None:
    counts = Counts(published=10, examined={"logos": Examined(detected=5)})
    assert Chunk(0, 120, counts=counts).outstanding("logos") == 115


def test_a_detector_that_a_video_did_not_ask_for_has_nothing_outstanding() -> None:
    assert Chunk(0, 120).outstanding("words") == 0


def test_a_state_is_either_active_or_ended() -> None:
    assert set(State) == ACTIVE | ENDED
    assert not ACTIVE & ENDED


@given(videos)
def test_a_video_survives_its_row(known: Video) -> None:
    assert video(from_item(to_item(video_item(known)))) == known


@given(st.integers(0, 99_999), st.integers(0, 10**6))
def test_a_planned_chunk_survives_its_row(number: int, instants: int) -> None:
    known = Chunk(number, instants, detectors=NAMES)
    assert chunk(from_item(to_item(chunk_item("v", known)))) == known


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_chunk_keys_sort_by_number(a: int, b: int) -> None:
    assert (chunk_key(a) < chunk_key(b)) == (a < b)


@pytest.mark.parametrize("number", [1.1, 1763884800.123, 0.1 + 0.2])
def test_floats_come_back_as_they_went(number: float) -> None:
    assert float(from_item(to_item({"n": [{"n": number}]}))["n"][0]["n"]) == number


def test_counted_columns_are_not_part_of_a_planned_row() -> None:
    planned = Video("v", Source(bucket="b", key="k", version="1"), Options(), State.PLANNED, 0.0, 0.0)
    counted = replace(planned, chunks_extracted=3, counts=Counts(published=7))
    assert video_item(counted) == video_item(planned)
