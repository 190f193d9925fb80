"""The race track's scenery along the z axis: sky, road, barriers, trees, tribunes, gantries, billboards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from services.samples import figures, textures
from services.samples.boards import Programme, picture, showing
from services.samples.pen import Canvas, Image, colour
from services.samples.space import Camera, Panel, Picture, ground, upright

HALF_ROAD = 6.0  # metres from the middle to the white line
BLOCK = 8  # metres after which the painted road repeats
SIGHT = 230.0  # metres; nothing smaller than the sky is drawn beyond
_STEEL = colour(0x3A4049)


@dataclass(frozen=True, slots=True)
class Screen:
    """An LED board across or beside the track: middle of its lower edge, size in metres and what it shows."""

    x: float
    y: float
    z: float
    width: float
    height: float
    programme: Programme
    gantry: bool = False

    def panels(self, time: float) -> list[Panel]:
        """The board and what carries it, from back to front."""
        board = upright(self.x, self.y, self.z, self.width, self.height, showing(self.programme, time))
        if self.gantry:
            return [upright(0, 0, self.z + 0.3, 24, self.y + self.height + 1, _truss()), board]
        legs = [upright(self.x + side * self.width / 3, 0, self.z, 0.45, self.y, _post()) for side in (-1, 1)]
        return [*legs, board]


@cache
def _truss() -> Picture:
    """A portal over the whole track: two legs and a lattice beam."""
    art = Canvas(240, 110, pixels=1440)
    for x in (4, 228):
        art.box(x, 4, 8, 106, _STEEL)
        art.box(x + 1.5, 4, 2, 106, colour(0x67707C))
    art.box(0, 2, 240, 4, _STEEL)
    art.box(0, 24, 240, 4, _STEEL)
    for x in range(0, 240, 20):
        art.stroke([(x, 26), (x + 10, 4), (x + 20, 26)], 2, colour(0x4C5560))
    return picture(art.finish(), halvings=3)


@cache
def _post() -> Picture:
    return picture(np.full((8, 8, 3), _STEEL, np.uint8))


@cache
def _sky() -> Picture:
    return picture(textures.sky(1800, 560, horizon=0.9, seed=11), soft=True)


def sky(camera: Camera) -> Panel:
    """The distance, which moves with the viewer."""
    return upright(camera.eye[0], -28, camera.eye[2] + 420, 760, 252, _sky())


@cache
def _road(band: int) -> Picture:
    """The road near, further and far away: the further, the longer it is averaged (or it would flicker)."""
    if band == 0:
        return picture(textures.lengthwise_blur(textures.road((64, 32), HALF_ROAD, (26, 12), seed=1), 3))
    if band == 1:
        return picture(textures.lengthwise_blur(textures.road((110, 56), HALF_ROAD, (18, 6), seed=2), 13))
    return picture(textures.lengthwise_blur(textures.road((440, 64), HALF_ROAD, (9, 2), seed=3), 63))


def road(camera: Camera) -> list[Panel]:
    """The ground in front of the viewer, from far to near."""
    base = camera.eye[2] // BLOCK * BLOCK
    # Each band reaches under the next nearer one, or a seam would show.
    bands = ((2, 220, 72, 460), (1, 55, 24, 80), (0, 32, 0, 32))
    return [ground(-half, half, base + near, base + far, _road(band)) for band, half, near, far in bands]


@cache
def _rail() -> Picture:
    """Sixteen metres of barrier: a steel rail over a painted tyre wall."""
    image: Image = np.full((40, 640, 3), colour(0x30343B), np.uint8)
    for left in range(0, 640, 160):
        image[14:, left : left + 80] = colour(0xC9CED6)
        image[14:, left + 80 : left + 160] = colour(0x1F5FA8)
    image[:12] = colour(0xAEB6C0)
    image[4:6] = image[9:11] = colour(0x7F8893)
    return picture(np.asarray(textures.lengthwise_blur(image, 1), np.uint8))


@cache
def _far_rail() -> Picture:
    image: Image = np.full((40, 64, 3), colour(0x7496BF), np.uint8)
    image[:12] = colour(0x97A0AB)
    return picture(image)


def rails(camera: Camera) -> list[Panel]:
    """The barriers on both sides, from far to near."""
    base = camera.eye[2] // (2 * BLOCK) * 2 * BLOCK
    sections = [(base + 112, 288, _far_rail())]
    sections += [(start, 16, _rail()) for start in np.arange(base + 96, base - 1, -16.0)]
    edge = HALF_ROAD + 5.2
    return [
        Panel(np.array([(0, 0, length), (0, -1.1, 0), (x, 1.1, start)], np.float64), shown)
        for start, length, shown in sections
        for x in (-edge, edge)
    ]


@cache
def _stand() -> Picture:
    return picture(textures.crowd(1800, 220, seat=14, seed=9, blur=1.0), halvings=1)


@cache
def _plain(code: int, edge: int) -> Picture:
    image: Image = np.full((16, 256, 3), colour(code), np.uint8)
    image[12:] = colour(edge)
    return picture(image)


def grandstand(near: float, length: float) -> list[Panel]:
    """A tribune on the left, `length` metres from `near` on: back wall, roof from below, fascia, seats."""

    def surface(x: float, y: float, right: float, up: float, shown: Picture) -> Panel:
        return Panel(np.array([(0, 0, length), (right, up, 0), (x, y, near)], np.float64), shown)

    return [
        surface(-27, 14.0, 0, -5.0, _plain(0x39404A, 0x2C323B)),
        surface(-27, 14.0, 9, -0.8, _plain(0x8C96A3, 0xB9C1CB)),
        surface(-18, 13.9, 0, -1.2, _plain(0xE4E8ED, 0xB3122B)),
        surface(-27, 9.5, 10, -8.3, _stand()),
    ]


@cache
def _tree(kind: int) -> Picture:
    return picture(figures.tree(kind), halvings=3)


def trees(length: float, seed: int, clearings: Sequence[tuple[float, float]]) -> list[Panel]:
    """An avenue of trees outside the barriers, with clearings (start, end) on the left for the tribunes."""
    random = np.random.default_rng(seed)
    panels = []
    for z in np.arange(0, length, 11.0):
        for side in (-1, 1):
            height = float(random.uniform(7, 11))
            if side < 0 and any(start <= z <= end for start, end in clearings):
                continue
            x = side * float(random.uniform(28, 44))
            panels.append(upright(x, 0, float(z), height / 1.3, height, _tree(int(random.integers(6)))))
    return panels


@cache
def _lamp() -> Picture:
    return picture(figures.pole(), halvings=2)


def lamps(start: float, count: int, spacing: float) -> list[Panel]:
    """Lamp posts on both sides that pass in front of the billboards."""
    return [
        upright(side * (HALF_ROAD + 4.6), 0, start + index * spacing, 0.3, 7, _lamp())
        for index in range(count)
        for side in (-1, 1)
    ]
