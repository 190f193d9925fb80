"""The files of a finished video: every frame, every exposure, and the same bytes for the same outcome."""

from __future__ import annotations

import csv
import io
import json

from services.aggregator.exports import detections_json, exposures_csv, summary_json
from services.aggregator.summary import Outcome, summarise
from shared.messages import FrameResult
from tests.unit.aggregator.books import ID, Office, a_life, detected, logo


async def finished() -> Outcome:
    """The outcome of a video with all that can befall a frame."""
    office = await Office().plan()
    await office.enter(a_life())
    return summarise(office.video, await office.ledger.chunks(ID), await office.ledger.frames(ID))


async def test_the_detections_name_every_examined_frame_in_the_order_of_time() -> None:
    document = json.loads(detections_json(await finished()))
    frames = [result for result in a_life() if isinstance(result, FrameResult)]
    assert [frame["instant"] for frame in document["frames"]] == [frame.instant for frame in frames]
    assert document["frames"][1] == {
        "name": "frame_0001_00h00m00.500s",
        "instant": 1,
        "timestamp_s": 0.5,
        "timecode": "00:00:00.500",
        "detector": "logos",
        "outcome": "detected",
        "model": "v1",
        "detections": [logo("Acme").model_dump()],
    }
    assert document["frames"][0]["detections"] == []
    assert document["frames"][3]["outcome"] == "failed"
    assert document["frames"][3]["reason"] == "the image is too large"


async def test_every_file_names_its_version_and_its_video() -> None:
    outcome = await finished()
    for document in (json.loads(detections_json(outcome)), json.loads(summary_json(outcome))):
        assert document["version"] == 2
        assert document["video"] == {
            "id": "cup-1",
            "source": "s3://videos/in/cup.mp4",
            "duration_s": 6.0,
            "width": 1280,
            "height": 720,
            "interval_s": 0.5,
        }


async def test_the_summary_balances_its_books() -> None:
    summary = json.loads(summary_json(await finished()))
    frames = summary["frames"]
    assert frames["sampled"] == frames["published"] + sum(frames["skipped"].values()) == 12
    assert frames["published"] == 9
    assert frames["detectors"] == {
        "logos": {"detected": 8, "failed": 1, "failures": {"the image is too large": 1}}
    }
    assert summary["state"] == "COMPLETED_WITH_ERRORS"
    assert "frames near 5.0 s are damaged" in summary["error"]


async def test_the_summary_ranks_the_brands_by_screen_time() -> None:
    brands = json.loads(summary_json(await finished()))["brands"]
    assert sum(brand["share_of_voice_percent"] for brand in brands) == 100.0
    assert [(b["brand"], b["screen_time_s"], b["exposures"]) for b in brands] == [
        ("Curio", 2.25, 1),
        ("Acme", 2.0, 2),
        ("Bolt", 1.5, 1),
    ]
    acme = brands[1]
    assert (acme["first_seen_s"], acme["last_seen_s"], acme["longest_s"]) == (0.25, 2.75, 1.5)
    assert (acme["mean_area_percent"], acme["max_area_percent"]) == (7.5, 7.5)
    assert acme["logo_seconds_s"] == 2.5  # at one instant it was there twice


async def test_the_table_of_exposures_has_a_line_for_each_in_the_order_of_time() -> None:
    lines = list(csv.DictReader(io.StringIO(exposures_csv(await finished()).decode())))
    assert [(line["brand"], line["start"], line["end"], line["samples"]) for line in lines] == [
        ("Acme", "00:00:00.250", "00:00:01.750", "2"),
        ("Bolt", "00:00:00.750", "00:00:02.250", "2"),
        ("Acme", "00:00:02.250", "00:00:02.750", "1"),
        ("Curio", "00:00:03.750", "00:00:06.000", "2"),
    ]
    assert {line["uncertainty_s"] for line in lines} == {"0.25"}


async def test_names_beyond_ascii_are_written_as_they_are() -> None:
    office = await Office(chunks=1).plan()
    await office.enter([a_life()[0], *[detected(n, "Café Ω, „quoted“") for n in range(4)]])
    assert office.files["detections.json"].decode().count("Café Ω, „quoted“") == 4
    [line] = csv.DictReader(io.StringIO(office.files["exposures.csv"].decode()))
    assert line["brand"] == "Café Ω, „quoted“"


async def test_the_same_outcome_gives_the_same_bytes() -> None:
    one, other = await finished(), await finished()
    for write in (detections_json, summary_json, exposures_csv):
        assert write(one) == write(other)


async def test_how_long_the_detector_took_is_in_no_file() -> None:
    quick, slow = await Office(chunks=1).plan(), await Office(chunks=1).plan()
    frames = [detected(n, "Acme") for n in range(4)]
    await quick.enter([a_life()[0], *frames])
    await slow.enter([a_life()[0], *[frame.model_copy(update={"latency_ms": 9000}) for frame in frames]])
    assert quick.files == slow.files
