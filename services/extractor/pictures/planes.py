"""A frame's planes as JPEG has them: a luma and two chroma planes, BT.601, of the full range.

JPEG (JFIF, ITU-T T.871) knows this matrix and this range only. Much video is BT.601 or does not say, and is
then taken for BT.601 by FFmpeg and by us alike: only the range differs, and a table widens it. All else has
to go through RGB, as in FFmpeg's own conversions.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from services.extractor.pictures import tone

Plane = NDArray[np.uint8]

SEPARATE_PLANES = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"}
LUMA_PLANES = SEPARATE_PLANES | {"nv12"}
BT601 = (2, 5, 6)  # AVCOL_SPC_UNSPECIFIED, _BT470BG, _SMPTE170M

CODE = np.arange(256)
FULL_LUMA = np.clip((CODE - 16) * 255 / 219, 0, 255).round().astype(np.uint8)  # BT.601 §2.5.1
FULL_CHROMA = np.clip((CODE - 128) * 255 / 224 + 128, 0, 255).round().astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of one picture, height x width; chroma may be half as high or wide."""

    luma: Plane
    blue: Plane
    red: Plane


def jpeg_planes(frame: VideoFrame) -> Planes | None:
    """The frame's planes, or None if more than their range differs from JPEG's."""
    if (
        frame.format.name not in SEPARATE_PLANES
        or frame.colorspace not in BT601
        or frame.color_trc in tone.HDR
    ):
        return None
    blue, red = (_stored(plane) for plane in frame.planes[1:])
    if not _full_range(frame):
        blue, red = (np.asarray(cv2.LUT(plane, FULL_CHROMA), np.uint8) for plane in (blue, red))
    return Planes(stored_luma(frame), blue, red)


def stored_luma(frame: VideoFrame) -> Plane:
    """The luma plane of a frame that has one, from 0 (black) to 255 (white)."""
    stored = _stored(frame.planes[0])
    return stored if _full_range(frame) else np.asarray(cv2.LUT(stored, FULL_LUMA), np.uint8)


def has_whole_chroma(frame: VideoFrame) -> bool:
    """Whether each pixel has colours of its own."""
    wide, high = frame.format.chroma_width(frame.width), frame.format.chroma_height(frame.height)
    return (wide, high) == (frame.width, frame.height)


def _stored(plane: VideoPlane) -> Plane:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _full_range(frame: VideoFrame) -> bool:
    return frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
