"""The catalogue of invented brands: six logos, each drawn by one small function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from services.samples.pen import WHITE, Canvas, Image, Point, colour

NAVY = colour(0x14213D)
CORAL = colour(0xFF5A36)
AMBER = colour(0xFFC53D)
TEAL = colour(0x0E7C86)
ICE = colour(0xE8F7F8)
LEMON = colour(0xFFE600)
BLACK = colour(0x121212)
LEAF = colour(0x2FA84F)
MOSS = colour(0x14662F)
PLUM = colour(0x6D2E8F)
PINK = colour(0xF0509B)
CRIMSON = colour(0xC4122F)
GOLD = colour(0xE8B23A)


def orbelo() -> Image:
    """An open coral ring round an amber planet with its moon."""
    art = Canvas(100, 100, pixels=440)
    art.disc(50, 50, 50, NAVY)
    art.arc(50, 50, 35, -28, 262, 13, CORAL)
    art.disc(50, 50, 17, AMBER)
    art.disc(66.5, 19.5, 8.5, WHITE)
    return art.finish()


def altivor() -> Image:
    """Two snow-capped peaks under a low sun on a teal sign."""
    art = Canvas(160, 100, pixels=520)
    art.box(0, 0, 160, 100, TEAL, radius=14)
    art.disc(112, 30, 15, AMBER)
    art.polygon([(58, 68), (101, 26), (144, 68)], colour(0x7CC4C9))
    art.polygon([(14, 68), (63, 9), (112, 68)], NAVY)
    art.polygon([(46, 29.5), (63, 9), (80, 29.5), (71, 37), (63, 29), (54, 38)], ICE)
    art.text("ALTIVOR", 80, 92, 23, ICE)
    return art.finish()


def voltrik() -> Image:
    """A lemon bolt and a slanted wordmark on a black parallelogram."""
    art = Canvas(300, 104, pixels=600)
    art.polygon([(24, 0), (300, 0), (276, 104), (0, 104)], BLACK)
    art.polygon([(30, 92), (28, 100), (268, 100), (270, 92)], LEMON)
    art.polygon([(60, 7), (26, 52), (47, 52), (35, 87), (76, 38), (54, 38), (74, 7)], LEMON)
    art.text("VOLTRIK", 177, 68, 42, WHITE, weight=800, face="italic")
    return art.finish()


def frondia() -> Image:
    """A pair of leaves springing from one stem above the name."""
    art = Canvas(118, 100, pixels=460)
    _leaf(art, (59, 65), (106, 2), LEAF)
    _leaf(art, (59, 65), (16, 12), MOSS)
    art.stroke([(59, 67), (59, 60)], 4, MOSS)
    art.text("frondia", 59, 95, 29, MOSS, weight=800)
    return art.finish()


def kwillo() -> Image:
    """A blossom of plum and pink petals beside a soft wordmark."""
    art = Canvas(280, 100, pixels=600)
    for petal in range(6):
        turn = np.radians(60 * petal)
        x, y = 50 + 28 * float(np.sin(turn)), 50 - 28 * float(np.cos(turn))
        art.ellipse(x, y, 15, 21, PINK if petal % 2 else PLUM, degrees=60 * petal)
    art.disc(50, 50, 14, WHITE)
    art.disc(50, 50, 8, AMBER)
    art.text("kwillo", 190, 68, 52, PLUM, weight=800)
    return art.finish()


def bastigo() -> Image:
    """A crimson and white checkered shield behind a golden ribbon."""
    art = Canvas(112, 108, pixels=440)
    art.polygon(_shield(56, 0, 44, 108), NAVY)
    art.polygon(_shield(56, 6, 38, 95), WHITE)
    for row in range(8):
        for column in range(6):
            if (row + column) % 2:
                left, top = 18 + column * 12.67, 6 + row * 12.67
                art.polygon(_cut_to_shield(left, top, 12.67), CRIMSON)
    art.polygon([(0, 40), (112, 40), (106, 54), (112, 68), (0, 68), (6, 54)], GOLD)
    art.text("BASTIGO", 56, 60.5, 18.5, NAVY, weight=800)
    return art.finish()


def _leaf(art: Canvas, stem: Point, tip: Point, fill: tuple[int, int, int]) -> None:
    """A pointed leaf with a light midrib from `stem` to `tip`."""
    root, end = np.array(stem), np.array(tip)
    along = np.linspace(0, 1, 40)[:, None]
    side = np.array([root[1] - end[1], end[0] - root[0]]) * 0.3
    belly = np.sin(np.pi * along**0.8)
    rim = np.concatenate(
        [root + (end - root) * along + side * belly, root + (end - root) * along[::-1] - side * belly[::-1]]
    )
    art.polygon([(float(x), float(y)) for x, y in rim], fill)
    rib = root + (end - root) * np.array([[0.12], [0.8]])
    art.stroke([(float(x), float(y)) for x, y in rib], 2.4, WHITE)


def _shield(x: float, top: float, half: float, height: float) -> list[Point]:
    """A heater shield: straight shoulders, then two curves to the point."""
    drop = np.linspace(0, 1, 24)
    ys = top + height * (0.35 + 0.65 * drop)
    reach = half * np.cos(drop * np.pi / 2) ** 0.62
    right = [(x + float(dx), float(y)) for dx, y in zip(reach, ys, strict=True)]
    left = [(2 * x - px, py) for px, py in reversed(right)]
    return [(x - half, top), (x + half, top), *right, *left]


def _cut_to_shield(left: float, top: float, side: float) -> list[Point]:
    """One check of the shield, its far edges pulled in to the shield's outline."""
    ys = np.linspace(top, min(top + side, 100.5), 8)
    drop = np.clip(((ys - 6) / 95 - 0.35) / 0.65, 0, 1)
    reach = 38 * np.cos(drop * np.pi / 2) ** 0.62
    starts, ends = np.clip(left, 56 - reach, 56 + reach), np.clip(left + side, 56 - reach, 56 + reach)
    down = [(float(x), float(y)) for x, y in zip(starts, ys, strict=True)]
    return down + [(float(x), float(y)) for x, y in zip(ends[::-1], ys[::-1], strict=True)]


CATALOGUE: dict[str, Callable[[], Image]] = {
    "altivor": altivor,
    "bastigo": bastigo,
    "frondia": frondia,
    "kwillo": kwillo,
    "orbelo": orbelo,
    "voltrik": voltrik,
}
