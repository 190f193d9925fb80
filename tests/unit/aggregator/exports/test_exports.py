"""The files of a finished video, taken together: the same bytes for the same outcome."""

from __future__ import annotations

import csv
import io

import cv2
import numpy as np

from services.aggregator.exports.captions import exposures_vtt
from services.aggregator.exports.edl import exposures_edl
from services.aggregator.exports.sheet import Tile, contact_sheet
from tests.unit.aggregator.books import Office, a_life, detected, extracted, outcome_of, video
from tests.unit.aggregator.exports.files import document, written


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


def test_a_brand_of_two_lines_takes_one_on_the_contact_sheet() -> None:
    assert contact_sheet([Tile(None, "Acme\nCup", "1 s")]) == contact_sheet([Tile(None, "Acme Cup", "1 s")])


def test_a_chunk_that_gave_nothing_has_its_files_too() -> None:
    assert exposures_vtt(outcome_of(video(1), [], [])).decode().startswith("WEBVTT")
    assert b"001" not in exposures_edl(outcome_of(video(1), [], []))
    assert extracted(0, 0).published == 0
