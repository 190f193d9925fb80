"""What a viewer sees: combs gone, pixels square, HDR on an ordinary screen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from services.extractor.pictures import tone
from services.extractor.pictures.picture import luma, one_field, with_square_pixels


def test_one_field_has_no_combs_and_keeps_its_own_rows() -> None:
    image = np.zeros((9, 4, 3), np.uint8)
    image[::2] = np.array([0, 10, 20, 30, 40], np.uint8)[:, None, None]
    image[1::2] = 255
    assert one_field(image)[:, 0, 0].tolist() == [0, 5, 10, 15, 20, 25, 30, 35, 40]


@pytest.mark.parametrize("height", [1, 2, 3, 8, 9])
def test_one_field_keeps_the_size(height: int) -> None:
    image = np.full((height, 4, 3), 7, np.uint8)
    assert one_field(image).shape == image.shape


@pytest.mark.parametrize(
    ("aspect", "shape"), [("64/45", (576, 1024)), ("1/2", (1152, 720)), ("1", (576, 720))]
)
def test_square_pixels_stretch_and_never_shrink(aspect: str, shape: tuple[int, int]) -> None:
    image = np.zeros((576, 720, 3), np.uint8)
    assert with_square_pixels(image, Fraction(aspect)).shape[:2] == shape


@pytest.mark.parametrize("transfer", [tone.PQ, tone.HLG])
def test_grey_stays_grey_and_brighter_stays_brighter(transfer: int) -> None:
    ramp = np.repeat(np.linspace(0, 65535, 256).astype(np.uint16)[None, :, None], 3, axis=2)
    shown = tone.ordinary(ramp, transfer)[0].astype(int)
    assert shown[0].tolist() == [0, 0, 0]
    assert shown[-1].tolist() == [255, 255, 255]
    assert (np.diff(shown[:, 0]) >= 0).all()
    assert np.abs(shown - shown[:, :1]).max() <= 1


def test_the_curves_have_their_standards_known_points() -> None:
    assert tone.pq_light(np.array([0.0, 0.58068, 1.0])) == pytest.approx(
        [0, 203, 10_000], rel=1e-3
    )  # BT.2408
    assert tone.hlg_light(np.array([0.0, 0.75, 1.0])) == pytest.approx([0, 203, 1000], rel=3e-3)


def test_what_lies_below_the_knee_is_left_alone() -> None:
    light = np.array([0.0, 0.3, 0.75, tone.PEAK / tone.WHITE, 50.0])
    assert tone.compressed(light) == pytest.approx([0, 0.3, 0.75, 1, 1])


def test_a_pure_bt709_red_in_bt2020_is_red_again() -> None:
    light = np.array([[[0.0433, 0.0691, 0.6274]]])[..., [1, 0, 2]]  # BT.2087: BT.709 red; here g, b, r
    blue_first = light[..., [1, 0, 2]].astype(np.float32)
    red = blue_first @ tone.BT2020_TO_BT709.T
    assert red[0, 0] == pytest.approx([0, 0, 1], abs=0.05)


def grey(value: int, width: int = 70, pixel_format: str = "yuv420p", **facts: int) -> VideoFrame:
    """A frame whose luma plane holds this value; the plane's rows are padded."""
    frame = VideoFrame(width, 16, pixel_format)
    for plane in frame.planes:
        plane.update(bytes([value]) * plane.buffer_size)
    for name, fact in facts.items():
        setattr(frame, name, fact)
    return frame


@pytest.mark.parametrize(("stored", "shown"), [(16, 0), (235, 255), (126, 128), (0, 0), (255, 255)])
def test_luma_of_the_limited_range_is_spread_over_the_whole(stored: int, shown: int) -> None:
    plane = luma(grey(stored), np.zeros((16, 70, 3), np.uint8))
    assert plane.shape == (16, 70)
    assert set(plane.ravel().tolist()) == {shown}


@pytest.mark.parametrize("frame", [grey(16, pixel_format="yuvj420p"), grey(16, color_range=ColorRange.JPEG)])
def test_luma_of_the_full_range_is_taken_as_it_is(frame: VideoFrame) -> None:
    assert set(luma(frame, np.zeros((16, 70, 3), np.uint8)).ravel().tolist()) == {16}


@pytest.mark.parametrize(
    "frame",
    [grey(16, pixel_format="yuv420p10le"), grey(16, color_trc=tone.PQ), grey(16, pixel_format="rgb24")],
)
def test_luma_of_what_has_no_plane_to_show_is_the_picture_s_grey(frame: VideoFrame) -> None:
    assert set(luma(frame, np.full((16, 70, 3), 77, np.uint8)).ravel().tolist()) == {77}
