"""The drawing board: shapes and lettering in design units on a transparent, supersampled canvas.

Pictures are uint8 arrays of shape (height, width, 4), BGRA with the colours already multiplied by alpha
("premultiplied"), which is what resizing and compositing need; `unmultiplied` makes one fit for a PNG file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[float, float]
Face = Literal["sans", "italic"]

SUPERSAMPLING = 3  # canvas pixels per finished pixel, along each axis
_SHIFT = 4  # OpenCV draws with coordinates in sixteenths of a pixel
_FACES: dict[Face, Any] = {}


def colour(code: int) -> Colour:
    """The BGR colour of a 0xRRGGBB code."""
    return code & 0xFF, code >> 8 & 0xFF, code >> 16 & 0xFF


WHITE = colour(0xFFFFFF)
INK = colour(0x14181F)


class Canvas:
    """A transparent drawing board of `width` x `height` design units, `pixels` wide when finished."""

    def __init__(self, width: float, height: float, pixels: int) -> None:
        self.width, self.height = width, height
        self._size = pixels, round(pixels * height / width)
        self._scale = pixels * SUPERSAMPLING / width
        rows, columns = self._size[1] * SUPERSAMPLING, self._size[0] * SUPERSAMPLING
        self._image: Image = np.zeros((rows, columns, 4), np.uint8)

    def finish(self) -> Image:
        """The finished picture, premultiplied BGRA: averaging with transparent black multiplies by alpha."""
        return np.asarray(cv2.resize(self._image, self._size, interpolation=cv2.INTER_AREA), np.uint8)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon."""
        corners = np.round(np.array(points) * self._scale * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self._image, [corners], (*fill, 255), cv2.LINE_AA, _SHIFT)

    def box(self, x: float, y: float, width: float, height: float, fill: Colour, radius: float = 0) -> None:
        """A filled rectangle with rounded corners of `radius` units."""
        turn = np.linspace(0, np.pi / 2, 12)
        centres = ((1, 1, 0), (0, 1, 1), (0, 0, 2), (1, 0, 3))
        self.polygon(
            [
                (
                    x
                    + (width - radius if right else radius)
                    + radius * float(np.cos(angle + quarter * np.pi / 2)),
                    y
                    + (height - radius if low else radius)
                    + radius * float(np.sin(angle + quarter * np.pi / 2)),
                )
                for right, low, quarter in centres
                for angle in turn
            ],
            fill,
        )

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A filled circle."""
        self.ellipse(x, y, radius, radius, fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour, degrees: float = 0) -> None:
        """A filled ellipse with half axes `rx` and `ry`, turned clockwise."""
        turn, tilt = np.linspace(0, 2 * np.pi, 72, endpoint=False), np.radians(degrees)
        across, down = rx * np.cos(turn), ry * np.sin(turn)
        xs, ys = (
            x + across * np.cos(tilt) - down * np.sin(tilt),
            y + across * np.sin(tilt) + down * np.cos(tilt),
        )
        self.polygon(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, wide: float, fill: Colour
    ) -> None:
        """A stroke of `wide` units with round ends along a circle, `start` to `end` in degrees clockwise."""
        turn = np.radians(np.linspace(start, end, 64))
        points = zip((x + radius * np.cos(turn)).tolist(), (y + radius * np.sin(turn)).tolist(), strict=True)
        self.stroke(list(points), wide, fill)

    def stroke(self, points: Sequence[Point], wide: float, fill: Colour) -> None:
        """A line of `wide` units through the points, with round joints and ends."""
        path = np.round(np.array(points) * self._scale * (1 << _SHIFT)).astype(np.int32)
        thickness = max(1, round(wide * self._scale))
        cv2.polylines(self._image, [path], False, (*fill, 255), thickness, cv2.LINE_AA, _SHIFT)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        fill: Colour,
        weight: int = 800,
        face: Face = "sans",
    ) -> None:
        """One line of lettering centred on `x` with its baseline at `y`; `size` is the type size in units."""
        pixels = round(size * self._scale)
        extent = cv2.getTextSize((0, 0), words, (0, 0), _face(face), pixels, weight)
        left = round(x * self._scale - extent[2] / 2 - extent[0])
        ink = (*fill, 255)
        cv2.putText(self._image, words, (left, round(y * self._scale)), ink, _face(face), pixels, weight)


def _face(name: Face) -> Any:
    if name not in _FACES:
        _FACES[name] = cv2.FontFace(name)
    return _FACES[name]


def unmultiplied(picture: Image) -> Image:
    """The same picture with straight alpha, as PNG wants it."""
    alpha = picture[..., 3:].astype(np.float32)
    colours = picture[..., :3] * (255 / np.maximum(alpha, 1))
    return np.concatenate([np.round(np.minimum(colours, 255)).astype(np.uint8), picture[..., 3:]], axis=2)


def paste(ground: Image, picture: Image, x: int, y: int) -> None:
    """Lay a premultiplied BGRA picture over part of a BGR or BGRA one, in place; it must fit inside."""
    part = ground[y : y + picture.shape[0], x : x + picture.shape[1]]
    channels = part.shape[2]
    rest = cv2.merge([255 - picture[..., 3]] * channels)
    part[:] = cv2.add(cv2.multiply(part, rest, scale=1 / 255), picture[..., :channels])
