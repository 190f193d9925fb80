"""Every examined frame, with what was found in it, for programs and for tables."""

from __future__ import annotations

import io
from fractions import Fraction as F

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.exports.parquet import DetectionsParquet
from services.aggregator.outcome.reading import Entry
from shared.messaging.messages import FrameResult
from tests.unit.aggregator.books import ID, a_life, logo
from tests.unit.aggregator.exports.files import document, written


async def test_the_detections_name_every_examined_frame_in_the_order_of_time() -> None:
    frames = (await document("detections.json"))["frames"]
    results = [result for result in a_life() if isinstance(result, FrameResult)]
    assert [frame["instant"] for frame in frames] == [frame.instant for frame in results]
    assert frames[1] == {
        "name": "frame_0001_00h00m00.500s",
        "instant": 1,
        "at_s": 0.5,
        "timestamp_s": 0.5,
        "timecode": "00:00:00.500",
        "outcome": "detected",
        "detector": "logos",
        "model": "v1",
        "detections": [logo("Acme").model_dump()],
    }
    assert frames[0]["detections"] == []
    assert frames[3]["outcome"] == "failed"
    assert frames[3]["reason"] == "the image is too large"


async def test_the_parquet_file_has_a_row_per_detection_and_one_per_frame_without() -> None:
    rows = pq.read_table(io.BytesIO((await written())["detections.parquet"])).to_pylist()
    frames = (await document("detections.json"))["frames"]
    assert len(rows) == sum(max(1, len(frame.get("detections", []))) for frame in frames)
    acme = rows[1]
    assert (acme["video_id"], acme["at_s"], acme["label"], acme["confidence"]) == (ID, 0.5, "Acme", 90.0)
    assert (acme["left"], acme["top"], acme["width"], acme["height"]) == (0.1, 0.2, 0.3, 0.25)
    assert rows[0]["label"] is None


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_the_bytes_of_the_parquet_file_do_not_depend_on_how_the_entries_came(sizes: list[int]) -> None:
    told = [Entry(F(n), n, 1000 * n, 1, "detected", "logos", "v1") for n in range(sum(sizes))]
    at_once, in_pieces = io.BytesIO(), io.BytesIO()
    with DetectionsParquet(at_once, ID) as file:
        file.add(told)
    with DetectionsParquet(in_pieces, ID) as file:
        for size in sizes:
            file.add(told[:size])
            told = told[size:]
    assert at_once.getvalue() == in_pieces.getvalue()
