"""What editors are given is read by parsers that know nothing of us, for any exposures."""

from __future__ import annotations

import io
from dataclasses import replace
from html import unescape

import pycmx
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.exports.captions import exposures_vtt
from services.aggregator.exports.edl import exposures_edl
from services.aggregator.outcome.summary import Outcome
from shared.config.analysis import Analysis
from shared.config.options import Options
from shared.videos.timecode import clock, to_ms
from tests.unit.aggregator.books import detected, outcome_of, video

NAMES = ["Acme", "Bolt & Sons", "Café → Küche"]
SHOWN = st.lists(st.frozensets(st.sampled_from(NAMES)), min_size=1, max_size=12)


def shows(shown: list[frozenset[str]]) -> Outcome:
    """A video whose samples show these brands."""
    results = [detected(n, *sorted(brands)) for n, brands in enumerate(shown)]
    return outcome_of(replace(video(3), options=Options(analysis=Analysis(gap=0.0))), [], results)


def known(line: str) -> bool:
    """What it passes over: empty lines, and DaVinci Resolve's markers, which are no part of CMX3600."""
    return not line.strip() or line.startswith("|C:ResolveColor")


@given(SHOWN)
def test_the_edit_list_is_read_with_an_event_for_each_exposure(shown: list[frozenset[str]]) -> None:
    outcome = shows(shown)
    read = pycmx.parse_cmx3600(io.StringIO(exposures_edl(outcome).decode("ascii"), newline=None))
    assert read.title == "cup.mp4"
    assert [each.content for each in read.unrecognized_statements if not known(each.content)] == []
    edits = [edit for event in read.events for edit in event.edits]
    assert len(edits) == len(outcome.findings[0].exposures)
    assert all(edit.clip_name == "cup.mp4" and edit.channels.video for edit in edits)
    assert all(f"01{edit.source_in[2:]}" == edit.record_in < edit.record_out for edit in edits)


@given(SHOWN)
def test_the_captions_are_read_with_a_cue_for_each_exposure(shown: list[frozenset[str]]) -> None:
    outcome = shows(shown)
    cues = webvtt.from_string(exposures_vtt(outcome).decode()).captions
    assert sorted((cue.start, cue.end, unescape(cue.text)) for cue in cues) == sorted(
        (clock(to_ms(each.start)), clock(to_ms(each.end)), each.brand)
        for each in outcome.findings[0].exposures
    )
