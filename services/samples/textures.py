"""Painted surfaces of the scenes: crowd, grass, asphalt, sky and hills, all drawn once from a seed."""

from __future__ import annotations

import cv2
import numpy as np

from services.samples.pen import WHITE, Colour, Image, colour

_SKIN = [colour(code) for code in (0xF1C9A5, 0xE0AC7E, 0xC68642, 0x8D5524, 0x5C3A21, 0xFFDBB4)]
_SHIRTS = [
    colour(code)
    for code in (
        0xC8102E,
        0xC8102E,
        0xD94A4A,
        0xF4F4F4,
        0xF4F4F4,
        0x1D3557,
        0x33415C,
        0x6C757D,
        0xE9C46A,
        0x2A2A2A,
    )
]


def crowd(columns: int, rows: int, seat: int, seed: int, blur: float) -> Image:
    """A stand of people in rows, `seat` pixels each, out of focus by `blur`; shape (rows, columns, 3)."""
    random = np.random.default_rng(seed)
    image = np.full((rows, columns, 3), colour(0x2B2F38), np.uint8)
    for line, top in enumerate(range(-seat, rows + seat, round(seat * 1.15))):
        cv2.line(image, (0, top + seat), (columns, top + seat), colour(0x5A606C), max(seat // 9, 1))
        for left in range(-(line % 2) * seat // 2, columns + seat, seat):
            if random.random() < 0.93 and (left // seat) % 22 != 11:
                _spectator(image, left, top, seat, random)
    light = np.linspace(0.62, 1.05, rows)[:, None, None]
    soft = cv2.GaussianBlur(image, (0, 0), blur)
    return np.clip(soft * light, 0, 255).astype(np.uint8)


def _spectator(image: Image, left: int, top: int, seat: int, random: np.random.Generator) -> None:
    x = left + seat // 2 + int(random.integers(-seat // 6, seat // 6 + 1))
    y = top + seat // 2 + int(random.integers(-seat // 6, seat // 6 + 1))
    shirt = _SHIRTS[int(random.integers(len(_SHIRTS)))]
    skin = _SKIN[int(random.integers(len(_SKIN)))]
    cv2.ellipse(image, (x, y + seat // 2), (seat * 2 // 5, seat // 2), 0, 0, 360, shirt, -1)
    cv2.circle(image, (x, y - seat // 12), max(seat * 2 // 9, 1), skin, -1)


def grass(columns: int, rows: int, stripe: int, seed: int) -> Image:
    """Mown turf with stripes of `stripe` pixels across; shape (rows, columns, 3)."""
    light, dark = np.array(colour(0x4C9A3F), float), np.array(colour(0x3C8434), float)
    odd = (np.arange(columns) // stripe % 2).astype(np.float64)
    odd = cv2.GaussianBlur(odd[None], (0, 0), 3)[0]
    base = light + (dark - light) * odd[None, :, None]
    return _grained(np.broadcast_to(base, (rows, columns, 3)), seed, fine=7, coarse=5)


def _grained(
    base: np.ndarray[tuple[int, ...], np.dtype[np.float64]], seed: int, fine: float, coarse: float
) -> Image:
    """The base colours with fine grain and large soft blotches."""
    random = np.random.default_rng(seed)
    rows, columns = base.shape[:2]
    grain = random.normal(0, fine, (rows, columns))
    small = random.normal(0, coarse, (max(rows // 24, 2), max(columns // 24, 2)))
    blotches = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.clip(base + (grain + blotches)[..., None], 0, 255).astype(np.uint8)


def road(metres: tuple[float, float], half_width: float, per_metre: tuple[int, int], seed: int) -> Image:
    """A straight piece of race track seen from above: asphalt, white edges, kerbs, a run-off and grass.

    `metres` is (width, length), the length a multiple of 8 so that pieces join without a seam.
    """
    across, along = per_metre
    columns, rows = round(metres[0] * across), round(metres[1] * along)
    x = np.abs((np.arange(columns) + 0.5) / across - metres[0] / 2)
    base = np.empty((rows, columns, 3))
    base[:] = np.array(colour(0x4F8F43), float)
    base[:, x < half_width + 4.5] = np.array(colour(0x8A8578), float)
    base[:, x < half_width + 1] = np.array(colour(0x54565C), float)
    length = (np.arange(rows) + 0.5) / along
    kerb = (x > half_width + 0.25) & (x < half_width + 1.25)
    for odd, paint in ((0, colour(0xD7263D)), (1, WHITE)):
        block = length // 2 % 2 == odd
        base[np.ix_(block, kerb)] = np.array(paint, float)
    base[:, (x > half_width - 0.1) & (x < half_width + 0.15)] = 235
    base[np.ix_(length % 8 < 3, x < 0.09)] = 215
    base[:, (x > 1.1) & (x < 1.9)] -= 12
    return _grained(base, seed, fine=6, coarse=4)


def lengthwise_blur(image: Image, pixels: int) -> Image:
    """The picture averaged along its columns, wrapped round at the ends."""
    wrapped = np.concatenate([image[-pixels:], image, image[:pixels]])
    return np.asarray(cv2.blur(wrapped, (1, pixels | 1))[pixels:-pixels], np.uint8)


def sky(columns: int, rows: int, horizon: float, seed: int) -> Image:
    """A sky over two ranges of hills and a line of trees; `horizon` is its height as a share of the rows."""
    random = np.random.default_rng(seed)
    height = np.linspace(0, 1, rows)[:, None, None]
    top, low = np.array(colour(0x3F7FC4), float), np.array(colour(0xF3DDC0), float)
    image = np.broadcast_to(top + (low - top) * height**1.3, (rows, columns, 3)).copy()
    _clouds(image, random)
    painted = np.clip(image, 0, 255).astype(np.uint8)
    for lift, rough, paint in ((0.16, 60.0, 0x93A7B8), (0.10, 34.0, 0x66866F), (0.045, 9.0, 0x3A5C3C)):
        _range(painted, rows * (horizon - lift), rows * lift * 0.4, rough, colour(paint), random)
    return np.asarray(cv2.GaussianBlur(painted, (0, 0), 1.0), np.uint8)


def _clouds(image: np.ndarray[tuple[int, ...], np.dtype[np.float64]], random: np.random.Generator) -> None:
    rows, columns = image.shape[:2]
    cover = np.zeros((rows, columns))
    for cells, weight in ((6, 0.55), (14, 0.3), (34, 0.15)):
        noise = random.random((max(cells, 2), cells))
        cover += weight * cv2.resize(noise, (columns, rows), interpolation=cv2.INTER_CUBIC)
    share = np.clip((cover - 0.5) * 4.5, 0, 1)[..., None] * np.linspace(0.9, 0.25, rows)[:, None, None]
    image += (np.array((252.0, 250.0, 248.0)) - image) * share


def _range(
    image: Image, crest: float, swing: float, rough: float, paint: Colour, random: np.random.Generator
) -> None:
    columns = image.shape[1]
    knots = random.normal(0, swing, max(int(columns / rough), 4))
    line = crest + cv2.resize(knots[None], (columns, 1), interpolation=cv2.INTER_CUBIC)[0]
    points = [(0, image.shape[0]), *((x, int(y)) for x, y in enumerate(line)), (columns, image.shape[0])]
    cv2.fillPoly(image, [np.array(points, np.int32)], paint)
