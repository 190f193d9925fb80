"""Bring HDR pictures (PQ and HLG in BT.2020) to what an ordinary screen shows: logos keep their colours.

Formulas: SMPTE ST 2084 (PQ) and ITU-R BT.2100 (HLG, with its display gamma of 1.2 at 1000 cd/m²), diffuse
white at 203 cd/m² (BT.2408), colours by the BT.2020 to BT.709 matrix (BT.2087), the curve of sRGB
(IEC 61966-2-1). Highlights above three quarters of diffuse white are pressed together rather than cut off.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Light = NDArray[np.float32]  # linear; 1 is diffuse white

HDR = PQ, HLG = 16, 18  # AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67
WHITE, PEAK = 203.0, 1000.0  # cd/m²
KNEE = 0.75
STEPS = 4096  # of the tables: 12 bits, finer than the 10 of the source
TABLE_SHIFT = 4  # from 16 bits to 12

BT2020_TO_BT709 = np.array(  # rows and columns blue, green, red, as OpenCV has them
    [[1.1187, -0.1006, -0.0182], [-0.0083, 1.1329, -0.1246], [-0.0728, -0.5876, 1.6605]], np.float32
)


def ordinary(image: NDArray[np.uint16], transfer: int) -> Image:
    """A BGR picture of 16 bits per value, coded as PQ or HLG in BT.2020, as 8 bits for an ordinary screen."""
    light = _light_table(transfer)[image >> TABLE_SHIFT]
    mapped = np.clip(cv2.transform(light, BT2020_TO_BT709), 0, 1)
    return _screen_table()[(mapped * (STEPS - 1)).astype(np.uint16)]


@cache
def _light_table(transfer: int) -> Light:
    code = np.linspace(0, 1, STEPS)
    nits = pq_light(code) if transfer == PQ else hlg_light(code)
    return compressed(nits / WHITE).astype(np.float32)


def pq_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """PQ's values from 0 to 1 as cd/m² (ST 2084, equation 4.1)."""
    root = code ** (32 / 2523)
    return 10_000 * (np.maximum(root - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305)


def hlg_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """HLG's values from 0 to 1 as cd/m² on a display of 1000 cd/m² (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    return PEAK * scene**1.2


def compressed(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unchanged up to the knee; from there to the peak, ever slower, to 1."""
    over = np.maximum(light - KNEE, 0) / (1 - KNEE)
    most = (PEAK / WHITE - KNEE) / (1 - KNEE)
    return np.minimum(light, KNEE) + (1 - KNEE) * np.minimum(over / (over + 1) * (most + 1) / most, 1)


@cache
def _screen_table() -> Image:
    light = np.linspace(0, 1, STEPS)
    code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(code * 255).astype(np.uint8)
