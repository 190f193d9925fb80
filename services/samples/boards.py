"""Advertising boards: with a logo, neutral, and LED boards that roll from one picture to the next."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from services.samples.brands import CATALOGUE
from services.samples.pen import WHITE, Canvas, Colour, Image, colour, paste
from services.samples.space import Mark, Matrix, Picture

ROLL = 0.32  # seconds an LED board takes to change
_GRID = 20  # sample points along each side of a logo
_SOLID = 128  # alpha from which a pixel is ink

Programme = tuple[tuple[float, Picture], ...]  # what an LED board shows from each time on (seconds)


@cache
def logo(label: str) -> tuple[Image, Mark]:
    """A brand's logo with the mark that covers all of it."""
    image = CATALOGUE[label]()
    ink = image[..., 3] >= _SOLID
    rows, columns = ink.shape
    hull = cv2.convexHull(np.argwhere(ink)[:, ::-1].astype(np.int32))[:, 0] + 0.5
    step = (np.arange(_GRID) + 0.5) / _GRID
    grid: Matrix = np.stack(np.meshgrid(step, step), axis=-1).reshape(-1, 2)
    across, down = (grid * (columns, rows)).astype(int).T
    return image, Mark(label, grid[ink[down, across]], hull / (columns, rows))


def picture(image: Image, marks: tuple[Mark, ...] = (), soft: bool = False, halvings: int = 0) -> Picture:
    """A picture with that many ever smaller copies."""
    levels = [image]
    for _ in range(halvings):
        half = (max(levels[-1].shape[1] // 2, 1), max(levels[-1].shape[0] // 2, 1))
        levels.append(np.asarray(cv2.resize(levels[-1], half, interpolation=cv2.INTER_AREA), np.uint8))
    return Picture(tuple(levels), marks, soft)


def placed(ground: Image, label: str, x: float, y: float, height: float) -> Mark:
    """Composite a logo over `ground`, in place, centred on (x, y); all in shares of the ground's size."""
    art, mark = logo(label)
    rows = round(ground.shape[0] * height)
    columns = round(rows * art.shape[1] / art.shape[0])
    art = np.asarray(cv2.resize(art, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    left, top = round(ground.shape[1] * x - columns / 2), round(ground.shape[0] * y - rows / 2)
    paste(ground, art, left, top)
    size = (ground.shape[1], ground.shape[0])
    return mark.moved((columns / size[0], rows / size[1]), (left / size[0], top / size[1]))


def advert(
    label: str, metres: tuple[float, float], base: Colour, accent: Colour, fill: float = 0.84
) -> Picture:
    """An opaque board with one logo in its middle, as high as `fill` of the board, between two accents."""
    image = _blank(metres, base)
    rows, columns = image.shape[:2]
    lean = rows // 2
    for share, wide in ((0.06, 0.05), (0.13, 0.02)):
        for mirror in (False, True):
            xs = np.array(
                [
                    share * columns + lean,
                    (share + wide) * columns + lean,
                    (share + wide) * columns,
                    share * columns,
                ]
            )
            xs = columns - xs if mirror else xs
            band = np.stack([xs, [0, 0, rows, rows]], axis=1).astype(np.int32)
            cv2.fillPoly(image, [band], accent, cv2.LINE_AA)
    mark = placed(image, label, 0.5, 0.5, fill)
    return picture(_glow(image), (mark,), halvings=3)


def neutral(metres: tuple[float, float], base: Colour, accent: Colour, words: str = "") -> Picture:
    """An opaque board without a brand: chevrons, or a few words."""
    image = _blank(metres, base)
    rows, columns = image.shape[:2]
    pitch = rows
    for left in range(-pitch, columns + pitch, pitch):
        arrow = [(0, 0), (0.28, 0), (0.63, 0.5), (0.28, 1), (0, 1), (0.35, 0.5)]
        cv2.fillPoly(image, [(np.array(arrow) * rows + (left, 0)).astype(np.int32)], accent, cv2.LINE_AA)
    if words:
        text = Canvas(100 * columns / rows, 100, columns)
        size = min(62, 120 * columns / rows / len(words))
        text.text(words, 50 * columns / rows, 50 + 0.35 * size, size, WHITE, weight=700)
        cv2.rectangle(image, (columns // 6, 0), (columns - columns // 6, rows), base, -1)
        paste(image, text.finish(), 0, 0)
    return picture(_glow(image), halvings=3)


def _blank(metres: tuple[float, float], base: Colour, per_metre: int = 128) -> Image:
    size = (round(metres[1] * per_metre), round(metres[0] * per_metre), 3)
    return np.full(size, base, np.uint8)


def _glow(image: Image) -> Image:
    """A slight fall of light to the board's lower edge, and a dark frame."""
    rows = image.shape[0]
    light = np.linspace(1.04, 0.86, rows)[:, None, None]
    shaded = np.clip(image * light, 0, 255).astype(np.uint8)
    cv2.rectangle(shaded, (0, 0), (image.shape[1] - 1, rows - 1), colour(0x20242A), max(rows // 40, 2))
    return shaded


def showing(programme: Programme, time: float) -> Picture:
    """What an LED board shows at `time` seconds."""
    current = max(index for index, (start, _) in enumerate(programme) if start <= time)
    start, new = programme[current]
    if current == 0 or time >= start + ROLL or programme[current - 1][1] is new:
        return new
    return _rolled(programme[current - 1][1], new, (time - start) / ROLL)


def _rolled(old: Picture, new: Picture, share: float) -> Picture:
    """The old picture moving out at the top by `share` of its height, the new one following it."""
    above, below = old.levels[0], new.levels[0]
    rows = above.shape[0]
    shift = round(share * rows)
    image = np.concatenate([above[shift:], below[:shift]])
    gone = shift / rows
    leaving = [mark.moved((1, 1), (0, -gone)) for mark in old.marks]
    coming = [mark.moved((1, 1), (0, 1 - gone)) for mark in new.marks]
    return Picture((image,), (*leaving, *coming))
