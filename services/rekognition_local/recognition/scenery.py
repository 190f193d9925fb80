"""Made-up backgrounds: textures, boards and lettering to learn what is *not* a logo when no scene is given."""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition.samples import Floats, Image

_LETTERS = np.array(list("ABCDEFGHIJKLMNOPRSTUVWXYZabcdefghiklmnoprstuvwz0123456789&"))
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


def scene(rng: np.random.Generator, height: int, width: int) -> Image:
    """A busy picture (height x width x 3): a textured ground, textured regions, and boards with strange signs."""
    canvas = texture(rng, height, width)
    for _ in range(int(rng.integers(2, 7))):
        _put_region(canvas, rng)
    for _ in range(int(rng.integers(3, 9))):
        _put_sign(canvas, rng)
    return canvas


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
        blend = (np.sin(_ramp(rng, height, width) * rng.uniform(20, 200)) > rng.uniform(-0.5, 0.5)) * np.float32(1)
    elif kind == "grass":
        fine = rng.random((height, width), np.float32)
        blend = cv2.normalize(cv2.blur(fine, (int(rng.integers(1, 4)), int(rng.integers(2, 12)))), None, 0, 1, 32)
    else:
        blend = _noise(rng, height, width, 0.5) * np.float32(0.2)
    grain = rng.standard_normal((height, width, 1), np.float32) * np.float32(rng.uniform(0, 6))
    return np.clip(first + (second - first) * blend[..., None] + grain, 0, 255).astype(np.uint8)


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
    return np.asarray(cv2.normalize(total, None, 0, 1, cv2.NORM_MINMAX), dtype=np.float32)


def _ramp(rng: np.random.Generator, height: int, width: int) -> Floats:
    angle = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = np.cos(angle) * across / width + np.sin(angle) * down / height
    return np.asarray((slope - slope.min()) / np.ptp(slope), dtype=np.float32)


def _polygon(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
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
    text = "".join(rng.choice(_LETTERS, int(rng.integers(1, 9))))
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
