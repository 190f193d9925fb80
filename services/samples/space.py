"""The geometry of a scene: flat pictures in space, seen by a pinhole camera.

Axes: x to the right, y up, z away from the viewer, in metres. Because every surface is flat, the way from a
picture to the image is a homography (Hartley and Zisserman, Multiple View Geometry, section 8.1): the point
(s, t) of a picture, both 0..1 from its top left, is seen at `K M [across | down | corner - eye] (s, t, 1)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin

import numpy as np
from numpy.typing import NDArray

from services.samples.pen import Image

Matrix = NDArray[np.float64]

WIDTH, HEIGHT = 1280, 720  # pixels
NEAR = 0.3  # metres in front of the eye; nothing nearer is drawn
UNIT_SQUARE: Matrix = np.array([(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)], np.float64)  # homogeneous


@dataclass(frozen=True, slots=True)
class Mark:
    """A logo in a picture, in the picture's unit coordinates: grid points on its ink, and its outline."""

    label: str
    samples: Matrix  # (n, 2)
    outline: Matrix  # (m, 2)

    def moved(self, scale: tuple[float, float], shift: tuple[float, float]) -> Mark:
        """The same mark in a larger picture of which this one is a part."""
        return Mark(self.label, self.samples * scale + shift, self.outline * scale + shift)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a panel shows, at full size and halved again and again, so that it does not flicker far away."""

    levels: tuple[Image, ...]  # BGR (opaque) or premultiplied BGRA
    marks: tuple[Mark, ...] = ()
    soft: bool = False  # out of focus: drawn at half the resolution, which nobody sees


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture in space; the rows of `plane` are its top edge, its left edge and its top left corner."""

    plane: Matrix  # (3, 3), metres
    picture: Picture

    @property
    def z(self) -> float:
        """How far along the z axis its corner is."""
        return float(self.plane[2, 2])


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the viewer stands and looks: yaw to the right, pitch up and roll clockwise in degrees."""

    eye: tuple[float, float, float]
    yaw: float
    pitch: float
    roll: float
    focal: float  # pixels

    def matrix(self) -> Matrix:
        """K M: from metres, relative to the eye, to homogeneous image coordinates (the third is depth)."""
        yaw, pitch, roll = np.radians([self.yaw, self.pitch, self.roll])
        ahead = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
        level = np.array([np.cos(yaw), 0, -np.sin(yaw)])
        below = np.cross(level, ahead)
        right = np.cos(roll) * level + np.sin(roll) * below
        turned = np.array([right, np.cos(roll) * below - np.sin(roll) * level, ahead])
        lens = np.array([(self.focal, 0, WIDTH / 2), (0, self.focal, HEIGHT / 2), (0, 0, 1)])
        return np.asarray(lens @ turned, np.float64)


@dataclass(frozen=True, slots=True)
class View:
    """A panel as the camera sees it."""

    picture: Picture
    homography: Matrix  # (3, 3), from the picture's unit coordinates to the image
    window: tuple[int, int, int, int]  # left, top, right, bottom of its image within the frame, pixels
    span: float  # pixels its longer horizontal edge measures; infinite when part of it lies behind the eye


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame to be: what is seen from back to front, and the blur of the pan (pixels)."""

    views: tuple[View, ...]
    blur: int = 0


def shoot(camera: Camera, panels: Sequence[Panel], blur: int = 0) -> Shot:
    """What the camera sees of the panels, given from back to front; those outside the frame are left out."""
    planes = np.stack([panel.plane for panel in panels])
    planes[:, 2] -= camera.eye
    forms = planes @ camera.matrix().T
    corners = UNIT_SQUARE @ forms
    views = []
    for panel, form, outline, depth in zip(panels, forms, corners, corners[..., 2].min(axis=1), strict=True):
        whole = depth >= NEAR
        seen = outline[:, :2] / outline[:, 2:] if whole else _in_front(outline)
        window = _window(seen)
        if window is not None:
            edges = seen[[1, 2]] - seen[[0, 3]] if whole else np.full((2, 2), np.inf)
            views.append(View(panel.picture, form.T, window, float(np.hypot(*edges.T).max())))
    return Shot(tuple(views), blur)


def _in_front(corners: Matrix) -> Matrix:
    """The outline in the image of the part of a panel in front of the eye; of shape (0, 2) when none is."""
    kept = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (there[2] >= NEAR):
            kept.append(here + (there - here) * (NEAR - here[2]) / (there[2] - here[2]))
    return np.array([corner[:2] / corner[2] for corner in kept]).reshape(-1, 2)


def _window(outline: Matrix) -> tuple[int, int, int, int] | None:
    """The whole pixels round an outline within the frame, or None when there are hardly any."""
    if not len(outline):
        return None
    (left, top), (right, bottom) = outline.min(axis=0), outline.max(axis=0)
    left, top = max(floor(left), 0), max(floor(top), 0)
    right, bottom = min(ceil(right) + 1, WIDTH), min(ceil(bottom) + 1, HEIGHT)
    return (left, top, right, bottom) if right - left >= 2 and bottom - top >= 2 else None


def upright(
    x: float, y: float, z: float, width: float, height: float, picture: Picture, turn: float = 0
) -> Panel:
    """A standing panel whose foot's middle is at (x, y, z), turned to face a camera of yaw `turn` degrees."""
    reach, depth = width * cos(radians(turn)), -width * sin(radians(turn))
    corner = (x - reach / 2, y + height, z - depth / 2)
    return Panel(np.array([(reach, 0, depth), (0, -height, 0), corner], np.float64), picture)


def ground(left: float, right: float, near: float, far: float, picture: Picture, lift: float = 0) -> Panel:
    """A panel lying on the ground, its top edge far away."""
    return Panel(np.array([(right - left, 0, 0), (0, 0, near - far), (left, lift, far)], np.float64), picture)


def mapped(homography: Matrix, points: Matrix) -> tuple[Matrix, Matrix]:
    """The points (n, 2) through the homography, and their depths (n); not meaningful where depth < NEAR."""
    image = points @ homography[:, :2].T + homography[:, 2]
    depth = image[:, 2]
    return image[:, :2] / np.where(np.abs(depth) < 1e-9, 1e-9, depth)[:, None], depth
