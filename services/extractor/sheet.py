"""The contact sheet: every sampled frame as a small picture, with what was decided about it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.extractor.media import Encoding, RejectedFrame, SampledFrame
from services.extractor.orientation import Image
from services.extractor.pictures.encode import encode
from shared.videos.timecode import clock

COLUMNS = 6
TILE_WIDTH, TILE_HEIGHT, CAPTION_HEIGHT, GAP = 320, 180, 40, 8  # pixels
MOST_TILES = 240  # beyond it the frames are thinned out evenly: a sheet is to be looked at
PAPER, INK, KEPT, REJECTED, REPEATED = 24, (235, 235, 235), (90, 170, 60), (60, 60, 220), (40, 160, 230)


@dataclass(frozen=True, slots=True)
class Tile:
    """One frame on the sheet; colours are blue, green, red."""

    picture: bytes
    caption: tuple[str, str]
    colour: tuple[int, int, int]


def tile(frame: SampledFrame | RejectedFrame) -> Tile:
    """What the sheet shows of a frame: green is published, orange repeats another, red is rejected."""
    at = clock(frame.pts_ms)
    if isinstance(frame, SampledFrame):
        return Tile(frame.data, (at, "published"), KEPT)
    if frame.same_as is not None:
        return Tile(frame.thumbnail, (at, f"repeats no. {frame.same_as} ({frame.measure:.1f})"), REPEATED)
    return Tile(frame.thumbnail, (at, f"{frame.reason} ({frame.measure:.3g})"), REJECTED)


def contact_sheet(tiles: Sequence[Tile]) -> bytes:
    """All tiles, or an even choice of them, in rows of six, as one JPEG."""
    chosen = [tiles[at] for at in np.linspace(0, len(tiles) - 1, min(len(tiles), MOST_TILES)).astype(int)]
    rows = -(-len(chosen) // COLUMNS)
    step_x, step_y = TILE_WIDTH + GAP, TILE_HEIGHT + CAPTION_HEIGHT + GAP
    sheet = np.full((rows * step_y + GAP, COLUMNS * step_x + GAP, 3), PAPER, np.uint8)
    for number, each in enumerate(chosen):
        row, column = divmod(number, COLUMNS)
        top, left = GAP + row * step_y, GAP + column * step_x
        sheet[top : top + TILE_HEIGHT + CAPTION_HEIGHT, left : left + TILE_WIDTH] = _drawn(each)
    return encode(sheet, Encoding(quality=85))


def _drawn(each: Tile) -> Image:
    canvas = np.full((TILE_HEIGHT + CAPTION_HEIGHT, TILE_WIDTH, 3), PAPER, np.uint8)
    image = cv2.imdecode(np.frombuffer(each.picture, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None  # it comes from our own encoder
    scale = min(TILE_WIDTH / image.shape[1], TILE_HEIGHT / image.shape[0])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    top, left = (TILE_HEIGHT - size[1]) // 2, (TILE_WIDTH - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    cv2.rectangle(canvas, (0, 0), (TILE_WIDTH - 1, TILE_HEIGHT - 1), each.colour, 3)
    for line, text in enumerate(each.caption):
        at = (4, TILE_HEIGHT + 16 + 18 * line)
        cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA)
    return canvas
