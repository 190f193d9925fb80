"""The files of a finished video: every frame, every exposure, and the same bytes for the same outcome."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.exports.captions import exposures_vtt
from services.aggregator.exports.edl import exposures_edl, timecode
from services.aggregator.exports.parquet import DetectionsParquet
from services.aggregator.exports.sheet import Tile, contact_sheet
from services.aggregator.outcome.reading import Entry
from shared.config.analysis import Analysis
from shared.config.options import Options
from shared.messaging.messages import FrameResult
from tests.unit.aggregator.books import ID, Office, a_life, detected, extracted, logo, outcome_of, video

SCHEMA = json.loads((Path(__file__).parents[4] / "docs/summary.schema.json").read_text())


async def written() -> dict[str, bytes]:
    """The files of a video with all that can befall a frame."""
    office = await Office().plan()
    await office.enter(a_life())
    return office.files


async def document(name: str) -> Any:
    return json.loads((await written())[name])


# --- detections


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


# --- summary


async def test_every_file_names_its_version_and_its_video() -> None:
    for name in ("detections.json", "summary.json"):
        told = await document(name)
        assert told["version"] == 2
        assert told["video"] == {
            "id": "cup-1",
            "source": "s3://videos/in/cup.mp4",
            "duration_s": 6.0,
            "width": 1280,
            "height": 720,
            "interval_s": 0.5,
        }


async def test_the_summary_keeps_to_its_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(await document("summary.json"))


@pytest.mark.parametrize("path", ["state", "frames", "brands", "bill", "video"])
async def test_the_schema_refuses_a_summary_without_a_part(path: str) -> None:
    told = await document("summary.json")
    del told[path]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(told)


async def test_the_summary_balances_its_books() -> None:
    summary = await document("summary.json")
    frames = summary["frames"]
    assert frames["sampled"] == frames["published"] + sum(frames["skipped"].values()) == 12
    [(detector, examined)] = frames["detectors"].items()
    assert detector == "logos"
    assert frames["published"] == examined["detected"] + examined["failed"] == 9
    assert examined["failures"] == {"the image is too large": 1}
    assert summary["state"] == "COMPLETED_WITH_ERRORS"
    assert "frames near 5.0 s are damaged" in summary["error"]


async def test_the_summary_ranks_the_brands_by_screen_time() -> None:
    brands = (await document("summary.json"))["brands"]
    assert sum(brand["share_of_voice_percent"] for brand in brands) == pytest.approx(100.0)
    assert [(b["brand"], b["screen_time_s"], b["exposures"]) for b in brands] == [
        ("Acme", 2.5, 1),
        ("Curio", 2.25, 1),
        ("Bolt", 1.5, 1),
    ]
    acme = brands[0]
    assert (acme["first_seen_s"], acme["last_seen_s"], acme["longest_s"]) == (0.25, 2.75, 2.5)
    assert (acme["mean_area_percent"], acme["max_area_percent"]) == (7.5, 7.5)
    assert acme["logo_seconds_s"] == 3.0  # at one instant it was there twice
    assert 0 < acme["sharpness"] <= 1


async def test_the_bill_has_a_line_for_all_that_costs_money() -> None:
    bill = (await document("summary.json"))["bill"]
    assert bill["dollars"] == pytest.approx(sum(line["dollars"] for line in bill["lines"]))
    assert bill["lines"][0] == {"what": "examining 9 frames", "dollars": pytest.approx(9 * 4 / 10_000)}


# --- exposures


async def test_the_table_of_exposures_has_a_line_for_each_in_the_order_of_time() -> None:
    lines = list(csv.DictReader(io.StringIO((await written())["exposures.csv"].decode())))
    assert [(line["brand"], line["start"], line["end"], line["samples"]) for line in lines] == [
        ("Acme", "00:00:00.250", "00:00:02.750", "3"),
        ("Bolt", "00:00:00.750", "00:00:02.250", "2"),
        ("Curio", "00:00:03.750", "00:00:06.000", "2"),
    ]
    # Of the instant before Curio's first there is no frame of its own.
    assert [line["start_within_s"] for line in lines] == ["0.25", "0.25", "0.75"]


async def test_the_captions_have_a_cue_for_each_exposure() -> None:
    cues = (await written())["exposures.vtt"].decode().split("\n\n")
    assert cues[0] == "WEBVTT"
    assert cues[1] == "00:00:00.250 --> 00:00:02.750\nAcme"
    assert len(cues) == 4


def test_a_brands_name_cannot_break_the_captions() -> None:
    results = [detected(n, "A & <b>\n\n00:00 --> 00:09") for n in range(4)]
    text = exposures_vtt(outcome_of(video(1), [], results)).decode()
    assert "A &amp; &lt;b&gt;  00:00 --&gt; 00:09" in text
    assert text.count("-->") == 1


async def test_the_edit_list_has_an_event_and_markers_for_each_exposure() -> None:
    text = (await written())["exposures.edl"].decode("ascii")
    assert text.splitlines()[:8] == [
        "TITLE: cup.mp4",
        "FCM: NON-DROP FRAME",
        "",
        "001  AX       V     C        00:00:00:06 00:00:00:18 01:00:00:06 01:00:00:18",
        "* FROM CLIP NAME: cup.mp4",
        "* LOC: 01:00:00:06 BLUE    Acme",
        " |C:ResolveColorBlue |M:Acme |D:62",
        "",
    ]
    assert text.count("* FROM CLIP NAME") == 3


EVENT = re.compile(r"^\d{3}  AX       V     C        (\S+) (\S+) (\S+) (\S+)\r$", re.MULTILINE)


@given(st.lists(st.frozensets(st.sampled_from(["Acme", "Bolt", "Curio"])), min_size=1, max_size=12))
def test_no_two_events_of_the_edit_list_lie_at_the_same_time(shown: list[frozenset[str]]) -> None:
    results = [detected(n, *sorted(brands)) for n, brands in enumerate(shown)]
    film = replace(video(3), options=Options(analysis=Analysis(gap=0.0)))
    outcome = outcome_of(film, [], results)
    text = exposures_edl(outcome).decode("ascii")
    events = EVENT.findall(text)
    assert len(events) == len(outcome.findings[0].exposures)
    assert all(into < out for _, _, into, out in events)
    assert all(out <= into for (_, _, _, out), (_, _, into, _) in pairwise(events))
    assert all("01" + source[2:] == record for _, source, _, record in events)


def test_an_exposure_that_another_cuts_short_is_marked_for_as_long_as_it_lasts() -> None:
    results = [detected(0, "Acme", "Bolt"), detected(1, "Acme"), *[detected(n) for n in range(2, 4)]]
    lines = exposures_edl(outcome_of(video(1), [], results)).decode().splitlines()
    assert [line.split()[-4:] for line in lines if "AX" in line] == [
        ["00:00:00:00", "00:00:00:01", "01:00:00:00", "01:00:00:01"],
        ["00:00:00:01", "00:00:00:18", "01:00:00:01", "01:00:00:18"],
    ]
    assert [line.rpartition(":")[2] for line in lines if "|D:" in line] == ["6", "17"]


def test_the_edit_list_counts_frames_of_the_videos_own_rate() -> None:
    at_ntsc = replace(video(1), frame_rate=F(30000, 1001))
    text = exposures_edl(outcome_of(at_ntsc, [], [detected(n, "Acme") for n in range(1, 3)])).decode()
    assert "00:00:00:07 00:00:01:29 01:00:00:07 01:00:01:29" in text


def test_of_more_exposures_than_an_edit_list_can_hold_the_longest_are_kept() -> None:
    usual = replace(video(1100), options=Options(analysis=Analysis(gap=0.0)))
    results = [detected(n, *(["Acme"] if n % 2 or n < 3 else [])) for n in range(2200)]
    text = exposures_edl(outcome_of(usual, [], results)).decode()
    assert re.findall(r"^(\d+)  AX", text, re.MULTILINE) == [f"{n:03d}" for n in range(1, 1000)]
    assert "001  AX       V     C        00:00:00:00 00:00:03:12" in text


@pytest.mark.parametrize(
    ("frames", "rate", "written"),
    [(0, F(25), "00:00:00:00"), (90_000, F(25), "01:00:00:00"), (1800, F(30000, 1001), "00:01:00:00")],
)
def test_known_timecodes(frames: int, rate: F, written: str) -> None:
    assert timecode(frames, rate) == written


# --- all of them


async def test_names_beyond_ascii_are_written_as_they_are() -> None:
    office = await Office(chunks=1).plan()
    await office.enter([a_life()[0], *[detected(n, "Café Ω, „quoted“") for n in range(4)]])
    assert office.files["detections.json"].decode().count("Café Ω, „quoted“") == 4
    [line] = csv.DictReader(io.StringIO(office.files["exposures.csv"].decode()))
    assert line["brand"] == "Café Ω, „quoted“"
    assert "Café Ω, „quoted“" in office.files["report.html"].decode()


async def test_the_same_results_give_the_same_bytes() -> None:
    assert await written() == await written()


async def test_how_long_the_detector_took_is_in_no_file() -> None:
    quick, slow = await Office(chunks=1).plan(), await Office(chunks=1).plan()
    frames = [detected(n, "Acme") for n in range(4)]
    await quick.enter([a_life()[0], *frames])
    await slow.enter([a_life()[0], *[frame.model_copy(update={"latency_ms": 9000}) for frame in frames]])
    assert quick.files == slow.files


async def test_the_contact_sheet_shows_each_brand_once() -> None:
    sheet = cv2.imdecode(np.frombuffer((await written())["contact-sheet.jpg"], np.uint8), cv2.IMREAD_COLOR)
    assert sheet is not None
    assert sheet.shape == (358 - 12, 3 * 492 + 12, 3)


def test_a_contact_sheet_without_brands_says_so() -> None:
    assert contact_sheet([]) == contact_sheet([Tile(None, "no brand was seen", "")])


def test_a_chunk_that_gave_nothing_has_its_files_too() -> None:
    assert exposures_vtt(outcome_of(video(1), [], [])).decode().startswith("WEBVTT")
    assert b"001" not in exposures_edl(outcome_of(video(1), [], []))
    assert extracted(0, 0).published == 0
