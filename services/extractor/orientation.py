"""Which way up a frame is shown: its display matrix, to the nearest right angle, mirrored or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Orientation:
    """What makes a stored picture upright, in this order."""

    transposed: bool = False  # rows become columns
    mirrored: bool = False  # left becomes right
    overturned: bool = False  # top becomes bottom


AS_STORED = Orientation()


def orientation(frame: VideoFrame) -> Orientation:
    """How a video is to be shown, by its first frame.

    Not to be asked of every frame: PyAV keeps a frame, a whole picture, whose side data was looked at until
    the next collection of garbage.
    """
    side_data = cast("Mapping[str, Buffer]", frame.side_data)
    try:
        matrix = side_data["DISPLAYMATRIX"]
    except KeyError:
        return AS_STORED
    except ValueError:  # PyAV knows the frame's rotation, but not the name of all that comes beside it
        return of_rotation(frame.rotation)
    return of_matrix(np.frombuffer(memoryview(matrix), np.int32))


def of_rotation(degrees: int) -> Orientation:
    """The orientation for so many degrees counter-clockwise, to the nearest right angle."""
    turns = round(degrees / 90) % 4
    return Orientation(turns % 2 == 1, mirrored=turns in (2, 3), overturned=turns in (1, 2))


def of_matrix(matrix: NDArray[np.int32]) -> Orientation:
    """The orientation that a display matrix asks for: nine numbers a b u c d v x y w.

    The point (x, y), y pointing down, is shown at (a x + c y, b x + d y): ISO/IEC 14496-12 §6.2.2.
    """
    a, b, c, d = (int(matrix[at]) for at in (0, 1, 3, 4))
    if abs(b) > abs(a):
        return Orientation(True, mirrored=c < 0, overturned=b < 0)
    return Orientation(False, mirrored=a < 0, overturned=d < 0)


def upright(image: Image, way: Orientation) -> Image:
    """The picture (height x width x 3 bytes) as it is shown."""
    if way == AS_STORED:
        return image
    turned = image.swapaxes(0, 1) if way.transposed else image
    return np.ascontiguousarray(turned[:: -1 if way.overturned else 1, :: -1 if way.mirrored else 1])
