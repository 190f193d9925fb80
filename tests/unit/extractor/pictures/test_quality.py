"""What is rejected and what is not: on drawn pictures, and on real frames where they are at hand."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.decoding.content import FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Shown
from services.extractor.decoding.sampling import Clock
from services.extractor.decoding.source import open_video
from services.extractor.media import Limits, Span
from services.extractor.pictures.picture import picture
from services.extractor.pictures.quality import Luma, difference, flaw, measures, shrunk
from shared.config.screening import Screening
from tests.media import VIDEOS

LIMITS = Screening()


def scene(width: int = 960) -> Luma:
    """A street of plain fields with sharp edges, the same at any size."""
    image = np.full((540, 960), 90, np.uint8)
    cv2.rectangle(image, (100, 100), (400, 300), 200, -1)
    cv2.circle(image, (700, 300), 120, 30, -1)
    cv2.putText(image, "LOGO", (480, 480), cv2.FONT_HERSHEY_SIMPLEX, 3, 240, 8)
    return np.asarray(cv2.resize(image, (width, width * 9 // 16), interpolation=cv2.INTER_AREA), np.uint8)


def reason(luma: Luma) -> str:
    found = flaw(measures(shrunk(luma)), LIMITS)
    return found.reason if found else "good"


def blurred(luma: Luma) -> Luma:
    """Smeared by a Gaussian whose standard deviation is a hundredth of the width."""
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), luma.shape[1] / 100), np.uint8)


@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_a_plain_scene_is_good_at_any_resolution_and_blurred_at_any(width: int) -> None:
    assert reason(scene(width)) == "good"
    assert reason(blurred(scene(width))).startswith("blurred")


def test_sharpness_does_not_depend_on_the_resolution_or_the_light() -> None:
    sharp = measures(shrunk(scene(960))).sharpness
    assert measures(shrunk(scene(1920))).sharpness == pytest.approx(sharp, rel=0.1)
    assert measures(shrunk((scene(960) // 4 + 40).astype(np.uint8))).sharpness == pytest.approx(
        sharp, rel=0.1
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "too dark"), (15, "too dark"), (128, "flat"), (245, "too bright"), (255, "too bright")],
)
def test_a_single_colour_is_rejected_for_what_it_is(value: int, expected: str) -> None:
    assert reason(np.full((360, 640), value, np.uint8)).startswith(expected)


def test_a_dark_scene_with_a_lit_board_is_kept() -> None:
    night = np.full((360, 640), 8, np.uint8)
    night[150:200, 250:400] = 180
    assert reason(night) == "good"


def test_noise_is_a_duplicate_and_a_small_logo_is_not() -> None:
    before = shrunk(scene())
    noise = np.random.default_rng(7).normal(0, 4, before.shape)
    noisy = np.clip(before + noise, 0, 255).astype(np.uint8)
    assert difference(before, noisy) < LIMITS.duplicate
    appeared = before.copy()
    appeared[8:24, 8:24] = 200
    assert difference(before, appeared) > LIMITS.duplicate


def test_a_change_of_shape_is_a_change() -> None:
    assert difference(np.zeros((270, 480), np.uint8), np.zeros((360, 480), np.uint8)) == 255


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 255))
def test_any_size_can_be_measured(width: int, height: int, value: int) -> None:
    small = shrunk(np.full((height, width), value, np.uint8))
    assert measures(small).spread == 0
    assert difference(small, small) == 0


@pytest.mark.media
@pytest.mark.skipif(not VIDEOS.is_dir(), reason="the real videos are not beside the project")
@pytest.mark.parametrize(
    "name", ["intel__car-detection.mp4", "mdn__rabbit320.mp4", "opencv__vtest.avi", "moviepy__fire2.mp4"]
)
def test_real_frames_are_good_and_blurred_ones_are_not(name: str) -> None:
    with (VIDEOS / name).open("rb") as file:
        video = open_video(FileView.of(file), Limits())
        clock = Clock(video.start, video.time_base, Fraction(1, 2))
        outcomes = [item.made for item in sample(video, clock, Span(0, 4), lambda outcome: outcome)]
        frames = [outcome.frame for outcome in outcomes if isinstance(outcome, Shown)]
    lumas = [cv2.cvtColor(picture(frame, False, Fraction(1)), cv2.COLOR_BGR2GRAY) for frame in frames]
    assert {reason(np.asarray(luma, np.uint8)) for luma in lumas} == {"good"}
    assert all(reason(blurred(np.asarray(luma, np.uint8))).startswith("blurred") for luma in lumas)
