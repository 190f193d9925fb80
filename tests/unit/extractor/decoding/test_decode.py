"""Decoding by plan, on real small videos: every frame at its own time, whatever carries it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from services.extractor.decoding.content import FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Outcome, Shown
from services.extractor.decoding.sampling import Clock
from services.extractor.decoding.source import OpenVideo, open_video
from services.extractor.media import Encoding, Limits, Span
from services.extractor.pictures.encode import encode
from services.extractor.pictures.picture import picture

Maker = Callable[..., Path]
Reader = Callable[[bytes], int]

REFRESH = "intra-refresh=1:keyint=20:bframes=0"
OPEN_GROUPS = "open-gop=1:b-pyramid=normal:keyint=12:scenecut=0"
STRUCTURES = [{"bf": "0"}, {"bf": "3", "g": "12"}, {"bf": "4", "x264-params": OPEN_GROUPS}]


def outcomes(video: OpenVideo, clock: Clock, span: Span) -> list[Outcome]:
    return [finished.made for finished in sample(video, clock, span, lambda outcome: outcome)]


def numbers(video: Path, span: Span, interval: Fraction, number_on: Reader) -> dict[int, int]:
    """Which frame, by the number drawn on it, is shown at which instant."""
    with video.open("rb") as file:
        opened = open_video(FileView.of(file), Limits())
        clock = Clock(opened.start, opened.time_base, interval)
        return {
            item.instant: number_on(encode(picture(item.frame, False, Fraction(1)), Encoding("png")))
            for item in outcomes(opened, clock, span)
            if isinstance(item, Shown)
        }


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.ts", "video.mov"])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_frame_comes_at_its_own_instant_whatever_the_container_and_the_prediction(
    make_video: Maker, number_on: Reader, name: str, structure: dict[str, str]
) -> None:
    video = make_video([number * 512 for number in range(60)], name=name, **structure)
    assert numbers(video, Span(0, 60), Fraction(1, 25), number_on) == {k: k for k in range(60)}


@pytest.mark.parametrize("name", ["video.avi", "opencv.mp4"])
def test_frames_are_put_in_order_where_the_file_gives_only_decoding_times(
    make_video: Maker, number_on: Reader, name: str
) -> None:
    video = make_video(
        range(60), Fraction(1, 25), name=name, bf="3", decoding_times_only=name == "opencv.mp4"
    )
    assert numbers(video, Span(0, 60), Fraction(1, 25), number_on) == {k: k for k in range(60)}


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", {"bf": "4", "x264-params": OPEN_GROUPS}),
        ("libx265", {"x265-params": "bframes=4:keyint=16:log-level=none"}),
        ("libx265", {"x265-params": "bframes=4:keyint=16:temporal-layers=3:log-level=none"}),
        ("libvpx", {"auto-alt-ref": "1", "lag-in-frames": "16", "g": "16"}),
        ("libvpx-vp9", {"auto-alt-ref": "1", "lag-in-frames": "16", "g": "16", "cpu-used": "8"}),
        ("libsvtav1", {"preset": "12", "g": "16"}),
        ("mpeg4", {"bf": "2", "g": "16"}),
        ("mpeg2video", {"bf": "2", "g": "16"}),
    ],
)
def test_a_frame_decoded_by_plan_is_the_very_frame_of_decoding_everything(
    make_video: Maker, codec: str, options: dict[str, str]
) -> None:
    video = make_video(range(60), Fraction(1, 25), name="video.mkv", codec=codec, **options)
    with av.open(str(video)) as container:
        everything = {frame.pts: frame.to_ndarray() for frame in container.decode(video=0)}
    with video.open("rb") as file:
        opened = open_video(FileView.of(file), Limits())
        clock = Clock(opened.start, opened.time_base, Fraction(7, 25))
        shown = [item for item in outcomes(opened, clock, Span(0, 9)) if isinstance(item, Shown)]
        assert len(shown) == 9
        assert all((item.frame.to_ndarray() == everything[item.pts]).all() for item in shown)


@pytest.mark.parametrize("first", [0, 13, 45])
def test_a_stream_without_true_keyframes_is_decoded_from_further_back(
    make_video: Maker, number_on: Reader, first: int
) -> None:
    video = make_video(range(60), Fraction(1, 25), name="video.mkv", **{"x264-params": REFRESH})
    assert numbers(video, Span(first, 60), Fraction(1, 25), number_on) == {k: k for k in range(first, 60)}


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
