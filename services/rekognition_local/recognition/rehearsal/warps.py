"""Random views of a logo: turned, slanted, recoloured, on a board, half hidden, blurred and compressed."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from services.rekognition_local.recognition.rehearsal import boards
from services.rekognition_local.recognition.rehearsal.cutouts import Cutout
from services.rekognition_local.recognition.rehearsal.scenery import random_colour
from services.rekognition_local.recognition.samples import Boxes, Floats, Image, Indices

_TURN, _TURN_RECTANGLE = 24.0, 7.0  # degrees at most; a rectangle's true extent is lost when it is turned far
_SLANT = 0.09  # of the logo's size, by which each corner may be pulled
_STRETCH = 0.12  # natural logarithm of the largest change of aspect
_BEYOND, _OFTEN_BEYOND = 0.3, 0.3  # of a logo, that may lie over an edge of the picture; and how often

Window = tuple[slice, slice]  # rows, columns


def paste(canvas: Image, cutout: Cutout, height: float, rng: np.random.Generator) -> Boxes | None:
    """Put one random view of the logo, about `height` pixels high, somewhere on the canvas (in place).

    Returns its true box (1 x 4), cut off where the logo reaches over the edge; None when it does not fit.
    """
    homography, size = _pose(cutout, height, rng)
    extent = _extent(cutout, homography)
    corner = _corner(extent[0, 2:], canvas, rng)
    if corner is None:
        return None
    origin = np.round(corner - extent[0, :2]).astype(int)
    on_canvas, in_view = _windows(canvas, origin, size)
    under = np.zeros((size[1], size[0], 3), np.float32)
    under[in_view] = canvas[on_canvas]
    canvas[on_canvas] = np.clip(_painted(under, cutout, homography, rng), 0, 255)[in_view]
    return _cut_off(extent + np.array([[*origin, 0, 0]], np.float32), canvas)


def _painted(under: Floats, cutout: Cutout, homography: Floats, rng: np.random.Generator) -> Floats:
    """The view: what is under it, a board, the logo, and what stands before it."""
    # Colours and mask are warped small-to-small: shrinking first keeps the warp free of aliasing.
    colours, mask = _warped(cutout, homography, (under.shape[1], under.shape[0]))
    if cutout.certain and rng.random() < 0.75:
        boards.lay(under, cutout, homography, rng)
    painted = _recoloured(colours, mask, rng) + under * (1 - mask[..., None])
    if rng.random() < 0.5:
        _hide_part(painted, under, mask, rng)
    return np.asarray(painted, dtype=np.float32)


def _corner(size: Floats, canvas: Image, rng: np.random.Generator) -> Floats | None:
    """Where the left top corner of a logo of this size comes to be: at times a part lies over an edge."""
    room = np.array([canvas.shape[1], canvas.shape[0]]) - size
    if room.min() < 0:
        return None
    beyond = _BEYOND * size * (rng.random() < _OFTEN_BEYOND)
    return np.asarray(rng.uniform(-beyond, room + beyond), dtype=np.float32)


def _windows(canvas: Image, origin: Indices, size: tuple[int, int]) -> tuple[Window, Window]:
    """Where a view of this size (width, height) meets the canvas: a window on the canvas, one on the view."""
    low = np.maximum(origin, 0)
    high = np.minimum(origin + size, (canvas.shape[1], canvas.shape[0]))
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    x, y = origin.tolist()
    return np.s_[top:bottom, left:right], np.s_[top - y : bottom - y, left - x : right - x]


def _cut_off(box: Boxes, canvas: Image) -> Boxes:
    far = np.minimum(box[:, :2] + box[:, 2:], (canvas.shape[1], canvas.shape[0]))
    near = np.maximum(box[:, :2], 0)
    return np.hstack([near, far - near]).astype(np.float32)


def weathered(image: Image, rng: np.random.Generator) -> Image:
    """The picture as a cheap camera would deliver it: light, blur, noise and compression."""
    seen: Floats = image.astype(np.float32)
    if rng.random() < 0.7:
        light = rng.uniform(0.5, 1.2) * rng.uniform(0.92, 1.08, 3)
        seen = seen * light.astype(np.float32) + np.float32(rng.uniform(-15, 25))
    if rng.random() < 0.4:
        seen = _blurred(seen, rng)
    if rng.random() < 0.5:
        seen = seen + _grain(seen.shape, rng) * np.float32(rng.uniform(1, 7))
    plain: Image = np.clip(seen, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        packed = cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))])[1]
        plain = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    return plain


def _pose(cutout: Cutout, height: float, rng: np.random.Generator) -> tuple[Floats, tuple[int, int]]:
    """A random homography from the cutout to a canvas that just holds it, and that canvas' size."""
    _, _, box_width, box_height = cutout.box
    scale = height / box_height
    stretch = np.exp(rng.uniform(-_STRETCH, _STRETCH) / 2)
    most = _TURN if cutout.certain else _TURN_RECTANGLE
    angle = np.radians(np.clip(rng.normal(0, most / 2), -most, most))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    depth, width = cutout.mask.shape
    corners = np.array([[0, 0], [width, 0], [width, depth], [0, depth]], np.float64)
    placed = (corners * scale * (stretch, 1 / stretch)) @ turn.T
    slant = _SLANT if cutout.certain else _SLANT / 3
    placed += rng.uniform(-slant, slant, (4, 2)) * (box_width * scale, box_height * scale)
    placed -= placed.min(axis=0)
    size = np.ceil(placed.max(axis=0)).astype(int) + 1
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    return np.asarray(homography, dtype=np.float32), (int(size[0]), int(size[1]))


def _warped(cutout: Cutout, homography: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
    depth, width = cutout.mask.shape
    shrink = min(1.0, 1.3 * max(size) / max(depth, width))
    colours, mask = cutout.colours, cutout.mask
    if shrink < 0.8:
        colours, mask = (
            cv2.resize(plane, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
            for plane in (colours, mask)
        )
        grow = np.diag([width / mask.shape[1], depth / mask.shape[0], 1.0])
        homography = (homography @ grow).astype(np.float32)
    return cv2.warpPerspective(colours, homography, size), cv2.warpPerspective(mask, homography, size)


def _recoloured(colours: Floats, mask: Floats, rng: np.random.Generator) -> Floats:
    """The logo (premultiplied) in its own colours mostly, else faded, grey, negative or one flat colour."""
    dice = rng.random()
    if dice < 0.88:
        return np.asarray(colours * rng.uniform(0.75, 1.1, 3).astype(np.float32))
    if dice < 0.93:
        grey: Floats = colours.mean(axis=2, keepdims=True)
        return grey + (colours - grey) * np.float32(rng.uniform(0, 0.5))
    if dice < 0.96:
        return 255 * mask[..., None] - colours
    shade = rng.choice([0.0, 255.0, 128.0])
    faded = np.float32(rng.uniform(0, 0.4))
    return colours * faded + np.float32(shade) * (1 - faded) * mask[..., None]


def _hide_part(painted: Floats, under: Floats, mask: Floats, rng: np.random.Generator) -> None:
    """Let something stand before up to two fifths of the logo: a slab from one side, a post, or somebody."""
    depth, width = mask.shape
    cover = np.zeros((depth, width), np.uint8)
    kind = rng.random()
    if kind < 0.35:
        _stand_slab(cover, rng)
    elif kind < 0.65:
        thickness = max(2, int(width * rng.uniform(0.03, 0.14)))
        left = int(rng.integers(-thickness // 2, width))
        cover[:, max(0, left) : left + thickness] = 1
    else:
        _stand_somebody(cover, rng)
    hidden = cover.astype(bool)
    painted[hidden] = under[hidden] if rng.random() < 0.3 else random_colour(rng)


def _stand_slab(cover: Image, rng: np.random.Generator) -> None:
    depth, width = cover.shape
    share = rng.uniform(0.1, 0.4)
    across, down = int(width * share), int(depth * share)
    sides = [np.s_[:, :across], np.s_[:, width - across :], np.s_[:down, :], np.s_[depth - down :, :]]
    cover[sides[int(rng.integers(4))]] = 1


def _stand_somebody(cover: Image, rng: np.random.Generator) -> None:
    """Head and shoulders, from below, up to the logo's middle or over it."""
    depth, width = cover.shape
    head = rng.uniform(0.07, 0.16) * min(depth, width)
    middle, top = int(rng.uniform(0, width)), int(rng.uniform(0.05, 0.75) * depth)
    cv2.ellipse(cover, (middle, int(top + head)), (int(0.8 * head), int(head)), 0, 0, 360, 1, -1)
    body = (int(1.3 * head), int(depth - top))
    cv2.ellipse(cover, (middle, int(top + 1.8 * head + body[1])), body, 0, 0, 360, 1, -1)


def _blurred(seen: Floats, rng: np.random.Generator) -> Floats:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.5, 2.2)), dtype=np.float32)
    length = int(rng.integers(3, 12))
    kernel: Floats = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, length // 2), (length - 1, length // 2), 1.0)
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), rng.normal(0, 25), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()), dtype=np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Unit noise, cut from one long strip at a random place: fresh noise each time would cost too much."""
    strip = _noise_strip()
    start = int(rng.integers(0, strip.size // 4))
    return np.resize(strip[start:], shape)


@cache
def _noise_strip() -> Floats:
    return np.random.default_rng(0).standard_normal(4_000_000, np.float32)


def _extent(cutout: Cutout, homography: Floats) -> Boxes:
    """The box (1 x 4) around the warped outline."""
    placed = cv2.perspectiveTransform(cutout.outline[None], homography)[0]
    low, high = placed.min(axis=0), placed.max(axis=0)
    return np.concatenate([low, high - low])[None].astype(np.float32)
