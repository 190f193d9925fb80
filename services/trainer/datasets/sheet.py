"""A contact sheet of labelled pictures with their boxes, to see at a glance whether the labels are right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from services.trainer.formats.pictures import Picture

_COLUMNS, _MOST = 5, 60
_WIDTH, _HEIGHT, _CAPTION = 320, 200, 24  # pixels of a cell
_COLOURS = ((80, 80, 255), (80, 200, 80), (255, 140, 60), (60, 200, 255), (220, 90, 220), (200, 200, 60))
_PAPER, _INK = (250, 250, 250), (40, 40, 40)

Pixels = NDArray[Any]  # uint8, H x W x 3 (BGR)


def draw(pictures: Sequence[Picture], out: Path) -> int:
    """Write a JPEG of up to sixty pictures, taken evenly; returns how many. Raises OSError."""
    step = max(1, math.ceil(len(pictures) / _MOST))
    chosen = pictures[::step]
    colours = _colours(chosen)
    rows = math.ceil(len(chosen) / _COLUMNS)
    sheet = np.full((rows * (_HEIGHT + _CAPTION), _COLUMNS * _WIDTH, 3), _PAPER, np.uint8)
    for number, picture in enumerate(chosen):
        row, column = divmod(number, _COLUMNS)
        top, left = row * (_HEIGHT + _CAPTION), column * _WIDTH
        sheet[top : top + _HEIGHT + _CAPTION, left : left + _WIDTH] = _cell(picture, colours)
    done, data = cv2.imencode(".jpg", sheet)
    assert done
    out.write_bytes(data.tobytes())
    return len(chosen)


def _colours(pictures: Sequence[Picture]) -> dict[str, tuple[int, int, int]]:
    labels = sorted({label for picture in pictures for label in picture.labels})
    return {label: _COLOURS[number % len(_COLOURS)] for number, label in enumerate(labels)}


def _cell(picture: Picture, colours: dict[str, tuple[int, int, int]]) -> Pixels:
    cell = np.full((_HEIGHT + _CAPTION, _WIDTH, 3), _PAPER, np.uint8)
    image = cv2.imdecode(np.fromfile(picture.path, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        _write(cell, f"{picture.path.name}: damaged")
        return cell
    scale = min((_WIDTH - 4) / image.shape[1], (_HEIGHT - 4) / image.shape[0])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left, top = (_WIDTH - small.shape[1]) // 2, (_HEIGHT - small.shape[0]) // 2
    cell[top : top + small.shape[0], left : left + small.shape[1]] = small
    for box in picture.boxes:
        corner = (left + round(box.left * scale), top + round(box.top * scale))
        far = (left + round((box.left + box.width) * scale), top + round((box.top + box.height) * scale))
        cv2.rectangle(cell, corner, far, colours[box.label], 2)
    _write(cell, ", ".join(sorted(picture.labels)) or "no label")
    return cell


def _write(cell: Pixels, text: str) -> None:
    face = cv2.FontFace("sans")
    cv2.putText(cell, text[:44], (6, _HEIGHT + _CAPTION - 7), _INK, face, 13, 400)
