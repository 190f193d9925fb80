"""Made-up backgrounds: textures, boards and lettering that teach what is no logo when no scene is given."""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition.samples import Floats, Image, Indices

LETTERS = np.array(list("ABCDEFGHIJKLMNOPRSTUVWXYZabcdefghiklmnoprstuvwz0123456789&"))
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


def scene(rng: np.random.Generator, height: int, width: int) -> Image:
    """A busy picture (height x width x 3): a ground, textured regions, and boards with strange signs."""
    canvas = dead_leaves(rng, height, width) if rng.random() < 0.6 else texture(rng, height, width)
    for _ in range(int(rng.integers(0, 5))):
        _put_region(canvas, rng)
    for _ in range(int(rng.integers(2, 8))):
        _put_sign(canvas, rng)
    return _softened(canvas, rng, 6.0) if rng.random() < 0.2 else canvas


def dead_leaves(rng: np.random.Generator, height: int, width: int) -> Image:
    """Shapes of all sizes lying over one another, whose edges are spread as in photographs.

    The dead leaves model: Lee, Mumford and Huang, "Occlusion models for natural images" (2001).
    """
    canvas = texture(rng, height, width)
    palette = np.stack([random_colour(rng) for _ in range(4)])
    count = int(rng.integers(120, 500))
    # Radii fall with the cube of their size: then the picture looks alike at every scale.
    radii = np.clip(6 / np.sqrt(rng.random(count)), 6, height / 3)
    for radius in radii.tolist():
        colour = palette[int(rng.integers(4))] * rng.uniform(0.6, 1.2) + rng.normal(0, 14, 3)
        place = rng.uniform(0, 1, 2) * (width, height)
        cv2.fillPoly(canvas, [(place + _leaf(rng, radius)).astype(np.int32)], colour.tolist(), cv2.LINE_AA)
    shade = 0.6 + 0.6 * _noise(rng, height, width, 0.5)
    return np.clip(_softened(canvas, rng, 2.0) * shade[..., None], 0, 255).astype(np.uint8)


def _leaf(rng: np.random.Generator, radius: float) -> Floats:
    """A closed outline (K x 2) around the origin: oval, or with a few corners."""
    corners = 24 if rng.random() < 0.5 else int(rng.integers(3, 7))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if corners < 24 else np.linspace(0, 2 * np.pi, 24)
    outline = np.stack([np.cos(angles), np.sin(angles) * rng.uniform(0.3, 1)], axis=1) * radius
    turn = rng.uniform(0, np.pi)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(outline @ spin, dtype=np.float32)


def _softened(canvas: Image, rng: np.random.Generator, most: float) -> Image:
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.3, most)), dtype=np.uint8)


def _put_region(canvas: Image, rng: np.random.Generator) -> None:
    """Fill a random polygon with another texture."""
    height, width = canvas.shape[:2]
    corners = _polygon(rng, height, width)
    left, top = np.clip(corners.min(axis=0), 0, (width - 2, height - 2)).tolist()
    right, bottom = np.clip(corners.max(axis=0), (left + 2, top + 2), (width, height)).tolist()
    region = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(region, [corners - (left, top)], 1)
    inside = region[..., None].astype(bool)
    np.copyto(canvas[top:bottom, left:right], texture(rng, *region.shape), where=inside)


def texture(rng: np.random.Generator, height: int, width: int) -> Image:
    """One material: cloud-like noise, a gradient, stripes, grass or a near-plain wall."""
    kind = rng.choice(["clouds", "clouds", "gradient", "stripes", "grass", "wall"])
    first, second = random_colour(rng), random_colour(rng)
    if kind == "clouds":
        blend = _noise(rng, height, width, rng.uniform(0.4, 0.8))
    elif kind == "gradient":
        blend = _ramp(rng, height, width)
    elif kind == "stripes":
        waves = np.sin(_ramp(rng, height, width) * rng.uniform(20, 200))
        blend = (waves > rng.uniform(-0.5, 0.5)).astype(np.float32)
    elif kind == "grass":
        fine = rng.random((height, width), np.float32)
        blend = _spread(cv2.blur(fine, (int(rng.integers(1, 4)), int(rng.integers(2, 12)))))
    else:
        blend = _noise(rng, height, width, 0.5) * np.float32(0.2)
    grain = rng.standard_normal((height, width, 1), np.float32) * np.float32(rng.uniform(0, 6))
    return np.asarray(np.clip(first + (second - first) * blend[..., None] + grain, 0, 255), dtype=np.uint8)


def random_colour(rng: np.random.Generator) -> Floats:
    """A colour (3): often greyish, as most of the world is, sometimes saturated."""
    colour = rng.uniform(0, 255, 3)
    if rng.random() < 0.5:
        colour = colour.mean() + (colour - colour.mean()) * 0.3
    return colour.astype(np.float32)


def _noise(rng: np.random.Generator, height: int, width: int, persistence: float) -> Floats:
    """Noise in 0..1 whose amplitude falls with frequency like that of natural images (about 1/f)."""
    total = np.zeros((height, width), np.float32)
    weight, squares = 1.0, 3
    while squares < max(height, width):
        grid = rng.random((max(2, squares * height // width), squares), np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        weight, squares = weight * persistence, squares * 2
    return _spread(total)


def _ramp(rng: np.random.Generator, height: int, width: int) -> Floats:
    angle = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = np.cos(angle) * across / width + np.sin(angle) * down / height
    return _spread(slope)


def _spread(values: Floats) -> Floats:
    """The values stretched to fill 0 to 1."""
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), 1e-6))


def _polygon(rng: np.random.Generator, height: int, width: int) -> Indices:
    centre = rng.uniform(0, 1, 2) * (width, height)
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 9))))
    reach = rng.uniform(0.1, 0.5, angles.size) * height
    return (centre + np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach[:, None]).astype(np.int32)


def _put_sign(canvas: Image, rng: np.random.Generator) -> None:
    """Paint a board with lettering or shapes that belong to no label."""
    height = int(rng.integers(24, max(25, canvas.shape[0] // 3)))
    width = int(height * rng.uniform(0.7, 4))
    sign = np.empty((height, width, 3), np.uint8)
    sign[:] = random_colour(rng)
    for _ in range(int(rng.integers(1, 4))):
        (_write if rng.random() < 0.5 else _draw)(sign, rng)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-20, 20), rng.uniform(0.6, 1))
    left, top = rng.uniform(0, 1, 2) * (canvas.shape[1] - width, canvas.shape[0] - height)
    turn[:, 2] += left, top
    size = (canvas.shape[1], canvas.shape[0])
    if rng.random() < 0.7:
        cv2.warpAffine(sign, turn, size, dst=canvas, borderMode=cv2.BORDER_TRANSPARENT)
    else:
        ink = cv2.warpAffine(np.any(sign != sign[0, 0], axis=2).astype(np.uint8), turn, size)
        np.copyto(canvas, cv2.warpAffine(sign, turn, size), where=ink[..., None].astype(bool))


def _write(sign: Image, rng: np.random.Generator) -> None:
    height, width = sign.shape[:2]
    text = "".join(rng.choice(LETTERS, int(rng.integers(1, 9))))
    font, thickness = int(rng.choice(_FONTS)), max(1, int(height * rng.uniform(0.03, 0.15)))
    place = (int(width * rng.uniform(0, 0.3)), int(height * rng.uniform(0.5, 0.95)))
    colour = random_colour(rng).tolist()
    cv2.putText(sign, text, place, font, height * rng.uniform(0.01, 0.03), colour, thickness, cv2.LINE_AA)


def _draw(sign: Image, rng: np.random.Generator) -> None:
    height, width = sign.shape[:2]
    colour = random_colour(rng).tolist()
    thickness = int(rng.choice([-1, max(1, height // 12), max(1, height // 25)]))
    centre = (int(width * rng.uniform(0.2, 0.8)), int(height * rng.uniform(0.3, 0.7)))
    reach = max(3, int(height * rng.uniform(0.15, 0.45)))
    shape = rng.choice(["ring", "ellipse", "polygon", "bar"])
    if shape == "polygon":
        corners = _polygon(rng, reach * 2, reach * 2) - reach + np.array(centre, np.int32)
        cv2.polylines(sign, [corners], True, colour, abs(thickness), cv2.LINE_AA)
        if thickness < 0:
            cv2.fillPoly(sign, [corners], colour, cv2.LINE_AA)
    elif shape == "bar":
        cv2.rectangle(sign, (0, centre[1] - reach // 3), (width, centre[1]), colour, -1)
    else:
        stretch = 1.0 if shape == "ring" else rng.uniform(1, 2)
        turn, span = rng.uniform(0, 180), rng.uniform(150, 360)
        axes = (int(reach * stretch), reach)
        cv2.ellipse(sign, centre, axes, turn, 0, span, colour, thickness, cv2.LINE_AA)
