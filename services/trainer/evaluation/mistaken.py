"""A test picture with what a model missed and what it made up in it, small enough for a page."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.datasets.evaluation import Box, Mistakes

_WIDTH = 480  # pixels at most
_MISSED, _MADE_UP, _WHITE = (50, 130, 30), (40, 50, 200), (255, 255, 255)  # BGR

Pixels = NDArray[Any]  # uint8, H x W x 3 (BGR)


def drawn(picture: bytes, mistakes: Mistakes) -> bytes:
    """A small JPEG of an image file with missed logos framed in green and made up ones in red.

    Empty where the file is no image.
    """
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR) if picture else None
    if image is None:
        return b""
    scale = min(1.0, _WIDTH / image.shape[1])
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    for truth in mistakes.missed:
        _frame(small, truth.box, scale, _MISSED, truth.label)
    for find in mistakes.wrong:
        _frame(small, find.box, scale, _MADE_UP, f"{find.label} {find.confidence:.0f} %")
    _, data = cv2.imencode(".jpg", small)
    return np.asarray(data).tobytes()


def _frame(image: Pixels, box: Box | None, scale: float, colour: tuple[int, int, int], text: str) -> None:
    if box is None:  # the label of a picture as a whole
        return
    left, top, width, height = (round(side * scale) for side in box)
    cv2.rectangle(image, (left, top), (left + width, top + height), colour, 2)
    _plate(image, left, top - 5 if top > 18 else top + height + 15, colour, text)


def _plate(image: Pixels, left: int, base: int, colour: tuple[int, int, int], text: str) -> None:
    """White text on a plate of a colour, whose line begins at `left` and stands on `base`."""
    face = cv2.FontFace("sans")
    size = (image.shape[1], image.shape[0])
    x, y, width, height = cv2.getTextSize(size, text, (left + 3, base), face, 13, 700)
    cv2.rectangle(image, (x - 3, y - 3), (x + width + 3, y + height + 3), colour, cv2.FILLED)
    cv2.putText(image, text, (left + 3, base), _WHITE, face, 13, 700)
