"""Published frames have the colours of FFmpeg's own, whatever matrix, range and chroma the video has."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from services.extractor.decoding.outcomes import Shown
from services.extractor.decoding.sampling import Clock
from services.extractor.media import Encoding, SampledFrame
from services.extractor.pictures.planes import jpeg_planes
from services.extractor.pictures.screen import Screen

MOST = 2.0  # levels, mean absolute difference
CLOCK = Clock(0, Fraction(1, 25), Fraction(1))
FORMATS = ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "nv12", "yuv420p10le", "rgb24", "gray"]
SPACES = [(Colorspace.DEFAULT, 0), (Colorspace.ITU601, 1), (Colorspace.ITU709, 1), (Colorspace.ITU709, 2)]


def painted(width: int = 320, height: int = 240) -> np.ndarray:
    """Soft shades of all colours with a few hard edges, as in video."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    image = np.dstack([across, down, 255 - across]).astype(np.uint8)
    image[60:120, 80:160] = (0, 0, 255)
    image[130:200, 200:300] = (255, 255, 255)
    return image


def video_frame(pixel_format: str, space: int, colour_range: int, size: tuple[int, int]) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(painted(*size), format="bgr24")
    made = frame.reformat(format=pixel_format, dst_colorspace=space, dst_color_range=colour_range)
    made.colorspace, made.color_range, made.pts = space, colour_range, 0
    return made


@pytest.mark.parametrize("size", [(320, 240), (301, 241)])
@pytest.mark.parametrize(("space", "colour_range"), SPACES)
@pytest.mark.parametrize("pixel_format", FORMATS)
def test_a_jpeg_has_the_colours_of_ffmpeg_s_frame(
    pixel_format: str, space: int, colour_range: int, size: tuple[int, int]
) -> None:
    frame = video_frame(pixel_format, space, colour_range, size)
    told = Screen(CLOCK, Encoding(quality=95), Fraction(1), None).judge(Shown(0, 0, frame)).told
    assert isinstance(told, SampledFrame)
    ours = cv2.imdecode(np.frombuffer(told.data, np.uint8), cv2.IMREAD_COLOR)
    assert ours is not None
    theirs = frame.to_ndarray(format="bgr24").astype(int)
    assert (told.height, told.width) == ours.shape[:2]
    assert np.abs(ours - theirs).mean() <= MOST


@pytest.mark.parametrize("colour_range", [ColorRange.MPEG, ColorRange.JPEG])
def test_planes_are_taken_as_they_are_if_only_their_range_differs(colour_range: int) -> None:
    planes = jpeg_planes(video_frame("yuv420p", Colorspace.ITU601, colour_range, (320, 240)))
    whole = video_frame("yuvj420p", Colorspace.ITU601, ColorRange.JPEG, (320, 240)).to_ndarray()
    assert planes is not None
    assert np.abs(planes.luma.astype(int) - whole[:240]).mean() < 1
    assert planes.blue.shape == planes.red.shape == (120, 160)


@pytest.mark.parametrize(
    "frame",
    [
        video_frame("yuv420p", Colorspace.ITU709, ColorRange.MPEG, (64, 64)),
        video_frame("rgb24", Colorspace.DEFAULT, ColorRange.UNSPECIFIED, (64, 64)),
    ],
)
def test_planes_of_another_matrix_are_not_taken(frame: av.VideoFrame) -> None:
    assert jpeg_planes(frame) is None
