"""Properties of an image, measured on its pixels: brightness, sharpness, contrast, dominant colours.

AWS does not say how it measures them; these are the usual measures, scaled to its range of 0 to 100.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from services.rekognition_local.images import Pixels

_LONGEST = 256  # pixels of the longer side while colours are counted
_SHARP = 1000.0  # variance of the Laplacian that counts as half way to perfectly sharp
_NAMES = {  # red, green, blue of the simplified colours AWS names
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "brown": (139, 69, 19),
    "green": (0, 128, 0),
    "grey": (128, 128, 128),
    "orange": (255, 165, 0),
    "pink": (255, 192, 203),
    "red": (255, 0, 0),
    "violet": (138, 43, 226),
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
}


def quality(image: Pixels) -> dict[str, float]:
    """Brightness (mean luma), Sharpness (variance of the Laplacian), Contrast (spread of luma): 0 to 100."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    edges = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    low, high = np.percentile(grey, (1, 99))
    return {
        "Brightness": float(grey.mean()) / 2.55,
        "Sharpness": 100 * edges / (edges + _SHARP),
        "Contrast": float(high - low) / 2.55,
    }


def dominant_colours(image: Pixels, most: int) -> list[dict[str, Any]]:
    """At most so many colours with their share of the pixels, the largest first (k-means, seeded)."""
    if most == 0:
        return []
    scale = min(1.0, _LONGEST / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    pixels = small.reshape(-1, 3).astype(np.float32)
    centres = min(most, len(np.unique(pixels, axis=0)))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1.0)
    cv2.setRNGSeed(0)
    _, owners, colours = cv2.kmeans(pixels, centres, np.empty((0,), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    shares = np.bincount(owners.ravel(), minlength=centres) / len(pixels)
    order = np.argsort(-shares, kind="stable")
    return [_colour(colours[n], float(shares[n])) for n in order if shares[n] > 0]


def _colour(bgr: Any, share: float) -> dict[str, Any]:
    blue, green, red = (round(float(value)) for value in bgr)
    name = _nearest((red, green, blue))
    return {
        "Red": red,
        "Green": green,
        "Blue": blue,
        "HexCode": f"#{red:02x}{green:02x}{blue:02x}",
        "CSSColor": name,
        "SimplifiedColor": name,
        "PixelPercent": 100 * share,
    }


def _nearest(rgb: tuple[int, int, int]) -> str:
    def distance(name: str) -> int:
        return sum((one - other) ** 2 for one, other in zip(rgb, _NAMES[name], strict=True))

    return min(_NAMES, key=distance)
