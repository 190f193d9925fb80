"""Invented logos and scenes that show them, for the tests of the recognizer."""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition import LabelledBox, LabelledImage

LABELS = ("cross", "rings")


def cross() -> np.ndarray:
    """A red shield with a yellow cross on transparent ground, 120 x 120 BGRA."""
    logo = np.zeros((120, 120, 4), np.uint8)
    shield = np.array([[60, 2], [117, 25], [100, 90], [60, 117], [20, 90], [3, 25]])
    cv2.fillPoly(logo, [shield], (20, 20, 190, 255), cv2.LINE_AA)
    cv2.line(logo, (35, 35), (85, 85), (40, 220, 255, 255), 14, cv2.LINE_AA)
    cv2.line(logo, (85, 35), (35, 85), (40, 220, 255, 255), 14, cv2.LINE_AA)
    return logo


def rings() -> np.ndarray:
    """Two blue rings side by side on transparent ground, 90 x 180 BGRA."""
    logo = np.zeros((90, 180, 4), np.uint8)
    for x in (46, 134):
        cv2.circle(logo, (x, 45), 36, (190, 90, 10, 255), 14, cv2.LINE_AA)
    return logo


def logo_only() -> list[LabelledImage]:
    """One picture of each logo alone."""
    return [alone(label, picture) for label, picture in zip(LABELS, (cross(), rings()), strict=True)]


def alone(label: str, picture: np.ndarray) -> LabelledImage:
    """A picture that is one logo and nothing else."""
    return LabelledImage(picture, (LabelledBox(label, 0, 0, picture.shape[1], picture.shape[0]),))


def pasted(canvas: np.ndarray, logo: np.ndarray, left: int, top: int) -> None:
    """Lay a BGRA logo on a BGR canvas, in place."""
    target = canvas[top : top + logo.shape[0], left : left + logo.shape[1]]
    share = logo[..., 3:] / 255
    target[:] = (logo[..., :3] * share + target * (1 - share)).astype(np.uint8)


def wall(height: int = 360, width: int = 640) -> np.ndarray:
    """A softly mottled grey wall."""
    mottle = np.random.default_rng(7).random((height // 20, width // 20), np.float32)
    grey = 150 + 40 * cv2.resize(mottle, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)
