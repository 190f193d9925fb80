"""contact-sheet.jpg: the best frame of every brand with its box, and what it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.aggregator.looks import TILE, Image, jpeg

COLUMNS = 3
CAPTION, GAP, SIZE = 52, 12, 17  # pixels
PAPER, INK, FAINT = 24, (240, 240, 240), (170, 170, 170)


@dataclass(frozen=True, slots=True)
class Tile:
    """One brand on the sheet; the picture is None where no frame of it could be read."""

    picture: Image | None
    brand: str
    caption: str


def contact_sheet(tiles: Sequence[Tile]) -> bytes:
    """The tiles in rows of three, as one JPEG; a sheet without tiles says that no brand was seen."""
    rows = max(1, -(-len(tiles) // COLUMNS))
    columns = max(1, min(COLUMNS, len(tiles)))
    step_x, step_y = TILE[0] + GAP, TILE[1] + CAPTION + GAP
    sheet = np.full((rows * step_y + GAP, columns * step_x + GAP, 3), PAPER, np.uint8)
    for number, tile in enumerate(tiles or [Tile(None, "no brand was seen", "")]):
        row, column = divmod(number, COLUMNS)
        top, left = GAP + row * step_y, GAP + column * step_x
        sheet[top : top + TILE[1] + CAPTION, left : left + TILE[0]] = _drawn(tile)
    return jpeg(sheet)


def _drawn(tile: Tile) -> Image:
    canvas = np.full((TILE[1] + CAPTION, TILE[0], 3), PAPER, np.uint8)
    if tile.picture is not None:
        height, width = tile.picture.shape[:2]
        top, left = (TILE[1] - height) // 2, (TILE[0] - width) // 2
        canvas[top : top + height, left : left + width] = tile.picture
    font = cv2.FontFace("sans")
    cv2.putText(canvas, " ".join(tile.brand.split()), (2, TILE[1] + 20), INK, font, SIZE, 600)
    cv2.putText(canvas, tile.caption, (2, TILE[1] + 42), FAINT, font, SIZE - 3, 400)
    return canvas
