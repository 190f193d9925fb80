"""Every exposure: as a line of a table, and as a caption."""

from __future__ import annotations

import csv
import io

from services.aggregator.exports.captions import exposures_vtt
from tests.unit.aggregator.books import detected, outcome_of, video
from tests.unit.aggregator.exports.files import written


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
