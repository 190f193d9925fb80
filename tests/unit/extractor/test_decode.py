"""Decoding by plan, on real small videos: every frame at its own time, whatever carries it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.decode import Shown, sample
from services.extractor.encode import encode
from services.extractor.media import Encoding, Limits, Span
from services.extractor.sampling import Clock
from services.extractor.source import open_video

Maker = Callable[..., Path]
Reader = Callable[[bytes], int]

OPEN_GROUPS = "open-gop=1:b-pyramid=normal:keyint=12:scenecut=0"
STRUCTURES = [{"bf": "0"}, {"bf": "3", "g": "12"}, {"bf": "4", "x264-params": OPEN_GROUPS}]


def numbers(video: Path, span: Span, interval: Fraction, number_on: Reader) -> dict[int, int]:
    """Which frame, by the number drawn on it, is shown at which instant."""
    with video.open("rb") as file:
        opened = open_video(file, Limits())
        clock = Clock(opened.start, opened.time_base, interval)
        return {
            item.instant: number_on(encode(item.frame, Encoding("png"))[0])
            for item in sample(opened, clock, span)
            if isinstance(item, Shown)
        }


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.ts", "video.mov"])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_frame_comes_at_its_own_instant_whatever_the_container_and_the_prediction(
    make_video: Maker, number_on: Reader, name: str, structure: dict[str, str]
) -> None:
    video = make_video([number * 512 for number in range(60)], name=name, **structure)
    assert numbers(video, Span(0, 60), Fraction(1, 25), number_on) == {k: k for k in range(60)}


def test_avi_says_only_when_packets_are_decoded_and_still_shows_b_frames_in_time(
    make_video: Maker, number_on: Reader
) -> None:
    video = make_video(range(60), Fraction(1, 25), name="video.avi", codec="mpeg4", bf="2", qscale="1")
    assert numbers(video, Span(0, 60), Fraction(1, 25), number_on) == {k: k for k in range(60)}


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.ts"])
@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("first", [0, 1, 11, 12, 13, 30, 59])
def test_a_span_may_begin_anywhere(
    make_video: Maker, number_on: Reader, name: str, structure: dict[str, str], first: int
) -> None:
    video = make_video([number * 512 for number in range(60)], name=name, **structure)
    span = Span(first, min(60, first + 4))
    assert numbers(video, span, Fraction(1, 25), number_on) == {k: k for k in range(first, span.stop)}
