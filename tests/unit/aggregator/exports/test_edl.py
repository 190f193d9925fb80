"""The edit list: an event for each exposure, no two at the same time, at the video's own frame rate."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.exports.edl import exposures_edl, timecode
from shared.config.analysis import Analysis
from shared.config.options import Options
from tests.unit.aggregator.books import detected, outcome_of, video
from tests.unit.aggregator.exports.files import written

EVENT = re.compile(r"^\d{3}  AX       V     C        (\S+) (\S+) (\S+) (\S+)\r$", re.MULTILINE)


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
