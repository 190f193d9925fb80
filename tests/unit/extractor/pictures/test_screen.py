"""What becomes of sampled frames: repetitions are found alike however a video is divided."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Encoding, Limits, RejectedFrame, Sampled, SampledFrame, Span
from services.extractor.pictures.fit import fitted
from services.extractor.pictures.quality import Luma
from services.extractor.pictures.screen import Judged, Repetitions, within
from shared.config.screening import Screening

LIMITS = Screening(max_gap=2.0)
STEP = Fraction(1, 2)
PICTURE = cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))[1].tobytes()
looks = st.lists(st.integers(0, 2), min_size=1, max_size=30)  # which of three scenes each instant shows

Maker = Callable[..., Path]


def scene(number: int) -> Luma:
    return np.full((270, 480), 80 * number, np.uint8)


def frame(instant: int) -> SampledFrame:
    at = instant * STEP
    return SampledFrame(instant, instant, STEP, at, int(at * 1000), 64, 64, PICTURE)


def judged(shown: list[int], first: int, stop: int) -> list[Sampled]:
    """What is told of the instants of a span, sampled from the beginning of its window on."""
    repetitions = Repetitions(STEP, LIMITS)
    told = [
        repetitions.judge(Judged(frame(n), scene(shown[n]))).told
        for n in range(repetitions.begin(first), stop)
    ]
    return told[first - repetitions.begin(first) :]


@given(looks, st.sets(st.integers(1, 29), max_size=5))
def test_any_division_of_a_video_finds_the_same_repetitions(shown: list[int], cuts: set[int]) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut < len(shown)), len(shown)]
    parts = [told for first, stop in pairwise(edges) for told in judged(shown, first, stop)]
    assert parts == judged(shown, 0, len(shown))


@given(looks)
def test_a_repetition_looks_like_a_published_frame_less_than_the_gap_before(shown: list[int]) -> None:
    told = judged(shown, 0, len(shown))
    for each in told:
        if isinstance(each, RejectedFrame):
            assert each.same_as is not None
            assert isinstance(told[each.same_as], SampledFrame)
            assert shown[each.same_as] == shown[each.instant]
            assert 0 < (each.instant - each.same_as) * STEP < LIMITS.max_gap


@pytest.mark.parametrize(
    ("size", "made"), [((200, 100), (80, 40)), ((30, 3000), (1, 80)), ((60, 80), (60, 80)), ((8, 4), (8, 4))]
)
def test_a_picture_is_made_no_longer_than_wanted_and_never_larger(
    size: tuple[int, int], made: tuple[int, int]
) -> None:
    width, height = size
    assert within(np.zeros((height, width, 3), np.uint8), 80).shape == (made[1], made[0], 3)


def test_a_still_scene_is_published_once_a_window() -> None:
    told = judged([1] * 9, 0, 9)
    assert [each.instant for each in told if isinstance(each, SampledFrame)] == [0, 4, 8]


def test_a_change_is_published_at_once() -> None:
    told = judged([1, 1, 2, 2], 0, 4)
    assert [each.instant for each in told if isinstance(each, SampledFrame)] == [0, 2]


async def sampled(video: Path, *spans: Span) -> list[Sampled]:
    """What one sandbox tells of the spans, with everything that is not worth examining left out."""
    sandbox, screening = Sandbox(Limits()), Screening(blur=0)
    return [
        item
        for span in spans
        async for item in sandbox.frames(video, span, STEP, Encoding(), screening, dedup=True)
    ]


@pytest.mark.real_time
async def test_the_sandbox_tells_the_same_of_any_division(make_video: Maker) -> None:
    video = make_video([number * 512 for number in range(100)], g="25")  # 4 s of numbers, black at zero
    whole = await sampled(video, Span(0, 8))
    assert await sampled(video, Span(0, 1), Span(1, 4), Span(4, 7), Span(7, 8)) == whole
    assert {type(item) for item in whole} == {RejectedFrame, SampledFrame}


@pytest.mark.real_time
async def test_a_rejected_frame_comes_with_its_measure_and_a_thumbnail(make_video: Maker) -> None:
    [black] = await sampled(make_video([0, 512]), Span(0, 1))
    assert isinstance(black, RejectedFrame)
    assert (black.reason, black.measure, black.same_as) == ("too dark", 0.0, None)
    picture = cv2.imdecode(np.frombuffer(black.thumbnail, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (128, 320, 3)


@pytest.mark.real_time
async def test_frames_for_rekognition_keep_to_its_sizes(make_video: Maker) -> None:
    encoding = Encoding(for_rekognition=True)
    frames = Sandbox(Limits()).frames(make_video([0, 512]), Span(0, 1), STEP, encoding)
    [item] = [item async for item in frames]
    assert isinstance(item, SampledFrame)
    assert (item.width, item.height) == fitted(160, 64)
