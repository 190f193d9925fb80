"""The sandbox on real small videos: each instant is given the frame on screen, upright and once."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Encoding, Limits, Sampled, SampledFrame, SkippedInstant, Span

pytestmark = pytest.mark.real_time

NTSC = Fraction(1001, 30000)
LOSSLESS = Encoding("png")
SANDBOX = Sandbox(Limits())  # one for all: each starts a fork server of its own

Maker = Callable[..., Path]
Reader = Callable[[bytes], int]


async def outcomes(
    video: Path, span: Span, interval: Fraction, encoding: Encoding = LOSSLESS
) -> list[Sampled]:
    return [item async for item in SANDBOX.frames(video, span, interval, encoding)]


async def numbers(video: Path, count: int, interval: Fraction, number_on: Reader) -> dict[int, int]:
    """Which frame, by the number drawn on it, was published for which instant."""
    found = await outcomes(video, Span(0, count), interval)
    return {item.instant: number_on(item.data) for item in found if isinstance(item, SampledFrame)}


async def test_a_frame_is_named_by_its_own_time_at_29_97_frames_per_second(
    make_video: Maker, number_on: Reader
) -> None:
    video = make_video([number * 1001 for number in range(90)], Fraction(1, 30000), bf="3", g="24")
    found = await outcomes(video, Span(0, 3), Fraction(1))
    frames = [item for item in found if isinstance(item, SampledFrame)]
    assert [number_on(frame.data) for frame in frames] == [0, 29, 59]
    assert [frame.timestamp for frame in frames] == [0, 29 * NTSC, 59 * NTSC]
    assert [frame.pts_ms for frame in frames] == [0, 968, 1969]


async def test_a_variable_frame_rate_shows_what_is_on_screen(make_video: Maker, number_on: Reader) -> None:
    video = make_video([0, 40, 50, 990, 1000, 1001, 3500], Fraction(1, 1000), bf="2")
    found = await outcomes(video, Span(0, 4), Fraction(1))
    assert [number_on(item.data) for item in found if isinstance(item, SampledFrame)] == [0, 4, 5]
    assert found[3] == SkippedInstant(3, "the same frame as an earlier instant")


async def test_time_zero_is_the_first_frame_however_late_its_timestamp(
    make_video: Maker, number_on: Reader
) -> None:
    video = make_video([90000 + number * 3600 for number in range(50)], Fraction(1, 90000), name="late.mkv")
    assert (await SANDBOX.probe(video)).start == 1
    assert await numbers(video, 2, Fraction(1), number_on) == {0: 0, 1: 25}


async def test_any_division_into_spans_gives_the_same_bytes(make_video: Maker) -> None:
    video = make_video([number * 512 for number in range(70)], bf="3", g="20")
    whole = await outcomes(video, Span(0, 10), Fraction(3, 10), Encoding("jpeg"))
    parts: list[Sampled] = []
    for first, stop in ((0, 1), (1, 4), (4, 5), (5, 9), (9, 10)):
        parts += await outcomes(video, Span(first, stop), Fraction(3, 10), Encoding("jpeg"))
    assert parts == whole
    assert parts[-1].instant == 9


async def test_a_frame_on_screen_for_several_instants_is_published_once_also_across_spans(
    make_video: Maker,
) -> None:
    video = make_video([0, 2500, 2600], Fraction(1, 1000))
    first = await outcomes(video, Span(0, 2), Fraction(1))
    second = await outcomes(video, Span(2, 3), Fraction(1))
    assert isinstance(first[0], SampledFrame)
    assert [first[1], *second] == [SkippedInstant(k, "the same frame as an earlier instant") for k in (1, 2)]


async def test_frames_are_upright(make_video: Maker, number_on: Reader) -> None:
    turned = make_video([number * 512 for number in range(10)], rotation=90)
    probe = await SANDBOX.probe(turned)
    assert (probe.width, probe.height, abs(probe.rotation)) == (64, 160, 90)
    (frame,) = await outcomes(turned, Span(0, 1), Fraction(1))
    assert isinstance(frame, SampledFrame)
    assert (frame.width, frame.height) == (64, 160)


async def test_the_probe_tells_size_clock_and_duration(make_video: Maker) -> None:
    video = make_video([number * 512 for number in range(50)], bf="2")
    probe = await SANDBOX.probe(video)
    assert (probe.container, probe.codec, probe.width, probe.height) == ("mp4", "h264", 160, 64)
    assert [probe.duration, probe.start, probe.frame_rate] == [2, 0, 25]


@pytest.mark.parametrize("name", ["slow.mp4", "slow.mkv", "slow.mov"])
async def test_the_last_frame_counts_even_if_others_follow_it_in_the_file(
    make_video: Maker, name: str
) -> None:
    # One frame a second; the last, which lasts one by some containers, less by others, precedes B-frames.
    slow = make_video([number * 12800 for number in range(41)], name=name, bf="4", g="60", **{"b-adapt": "0"})
    assert 40 < (await SANDBOX.probe(slow)).duration <= 41
