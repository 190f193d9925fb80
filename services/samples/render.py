"""Draw a shot: every panel warped into place, from back to front, then the camera's blur and grain."""

from __future__ import annotations

from math import log2

import cv2
import numpy as np

from services.samples.pen import Image
from services.samples.space import HEIGHT, WIDTH, Matrix, Shot, View

GRAIN = 1.3  # standard deviation of the sensor noise, grey levels of 255
_GRAIN_SEED = 20
_GRAIN_MARGIN = 64  # pixels by which the noise tile is larger than the frame, to shift it about


class Renderer:
    """Draws shots into one reused frame buffer, with noise that differs from frame to frame."""

    def __init__(self) -> None:
        self._frame: Image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        random = np.random.default_rng(_GRAIN_SEED)
        noise = random.normal(0, GRAIN, (HEIGHT + _GRAIN_MARGIN, WIDTH + _GRAIN_MARGIN))
        self._lighter = np.round(noise.clip(0)).astype(np.uint8)
        self._darker = np.round((-noise).clip(0)).astype(np.uint8)
        self._random = random

    def draw(self, shot: Shot) -> Image:
        """The frame as planar YUV 4:2:0 of shape (height * 3 / 2, width), as the encoder takes it."""
        for view in shot.views:
            draw_view(self._frame, view)
        blurred = cv2.blur(self._frame, (shot.blur, 1)) if shot.blur > 1 else self._frame
        planes = np.asarray(cv2.cvtColor(blurred, cv2.COLOR_BGR2YUV_I420), np.uint8)
        self._add_grain(planes[:HEIGHT])
        return planes

    def _add_grain(self, luma: Image) -> None:
        top, left = self._random.integers(0, _GRAIN_MARGIN, 2)
        window = np.s_[top : top + HEIGHT, left : left + WIDTH]
        cv2.add(luma, self._lighter[window], dst=luma)
        cv2.subtract(luma, self._darker[window], dst=luma)


def draw_view(frame: Image, view: View) -> None:
    """Draw one panel over the frame, in place."""
    left, top, right, bottom = view.window
    part = frame[top:bottom, left:right]
    texture = _level(view)
    step = 2 if view.picture.soft else 1
    matrix = _between_pixels(view.homography, texture, left, top, step)
    if texture.shape[2] == 4:
        _lay_over(part, texture, matrix)
    elif step == 1:
        size = (part.shape[1], part.shape[0])
        cv2.warpPerspective(texture, matrix, size, dst=part, borderMode=cv2.BORDER_TRANSPARENT)
    else:
        _lay_soft(part, texture, matrix, step)


def _level(view: View) -> Image:
    """The smallest copy of the picture that is still as fine as its image."""
    levels = view.picture.levels
    shrink = max(levels[0].shape[1] / view.span, 1)
    return levels[min(int(log2(shrink) + 0.3), len(levels) - 1)]


def _between_pixels(homography: Matrix, texture: Image, left: int, top: int, step: int) -> Matrix:
    """From texture pixels to those of a window at (left, top), the centres of pixels at whole numbers."""
    rows, columns = texture.shape[:2]
    into = np.array([(1 / columns, 0, 0.5 / columns), (0, 1 / rows, 0.5 / rows), (0, 0, 1)])
    out = np.array([(1 / step, 0, -left / step - 0.5), (0, 1 / step, -top / step - 0.5), (0, 0, 1)])
    return np.asarray(out @ homography @ into, np.float64)


def _lay_over(part: Image, texture: Image, matrix: Matrix) -> None:
    """Composite a premultiplied BGRA texture."""
    warped = cv2.warpPerspective(texture, matrix, (part.shape[1], part.shape[0]))
    rest = cv2.bitwise_not(warped[..., 3])
    below = cv2.multiply(part, cv2.merge([rest, rest, rest]), scale=1 / 255)
    cv2.add(below, cv2.cvtColor(warped, cv2.COLOR_BGRA2BGR), dst=part)


def _lay_soft(part: Image, texture: Image, matrix: Matrix, step: int) -> None:
    """Warp at a fraction of the resolution and enlarge; the panel must fill its window (a backdrop does)."""
    size = (-(-part.shape[1] // step), -(-part.shape[0] // step))
    small = cv2.warpPerspective(texture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cv2.resize(small, (part.shape[1], part.shape[0]), dst=part, interpolation=cv2.INTER_LINEAR)
