"""Histograms of oriented gradients, written as Fourier coefficients so that no angle is ever computed.

Dalal and Triggs (2005) count gradient magnitude by unsigned orientation in cells. The same histogram's
Fourier series (Liu et al., 2014) needs only products: the doubled angle comes straight from the colour
structure tensor of Di Zenzo (1986), which also sees edges between colours of equal brightness.
"""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition.samples import Floats, Image

CHANNELS = 5  # magnitude; cosine and sine of twice and four times the angle
PATCH = 96  # pixels of the square that a proposal is squeezed into
PATCH_CELL = 8  # pixels
COLOUR_GRID = 8  # coarse Lab squares along each side of a patch
MARGIN = 0.125  # of the box, added on each side of a patch: what surrounds a logo tells where it ends
DESCRIPTOR = (PATCH // PATCH_CELL) ** 2 * CHANNELS + COLOUR_GRID**2 * 3 + 2
_FLOOR = 4.0  # gradient (grey levels per pixel) below which noise is not amplified
_BAND = 20_000  # pixels taken at a time, so that all in between stays in the cache: three times as fast
_SUM_CHANNELS = np.ones((1, 3), np.float32)


def cells(image: Image, size: int) -> Floats:
    """Normalised orientation cells of a BGR image: rows x columns x CHANNELS, for cells of `size` pixels."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return pooled(planes(image[: rows * size, : columns * size]), rows, columns)


def pooled(harmonics: Floats, rows: int, columns: int) -> Floats:
    """Per-pixel planes averaged over rows x columns cells and divided by the local mean magnitude."""
    size = (columns, rows)
    grid = cv2.merge([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in harmonics])
    surroundings = cv2.blur(grid[..., 0], (3, 3), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(grid / (surroundings + _FLOOR)[..., None], dtype=np.float32)


def planes(image: Image) -> Floats:
    """Gradient magnitude at each pixel of a BGR image, and its orientation harmonics: CHANNELS x H x W."""
    height, width = image.shape[:2]
    harmonics = np.empty((CHANNELS, height, width), np.float32)
    depth = max(4, _BAND // width)
    for top in range(0, height, depth):
        bottom, above = min(top + depth, height), max(top - 1, 0)
        rows = slice(top - above, bottom - above)
        band = image[above : bottom + 1]
        across = cv2.Sobel(band, cv2.CV_32F, 1, 0, ksize=1, borderType=cv2.BORDER_REPLICATE)[rows]
        down = cv2.Sobel(band, cv2.CV_32F, 0, 1, ksize=1, borderType=cv2.BORDER_REPLICATE)[rows]
        _fill(harmonics[:, top:bottom], across, down)
    return harmonics


def _fill(harmonics: Floats, across: Floats, down: Floats) -> None:
    """Write the harmonics (CHANNELS x h x W) of the colour gradients (h x W x 3 each)."""
    xx, yy, xy = (
        cv2.transform(cv2.multiply(a, b), _SUM_CHANNELS)
        for a, b in ((across, across), (down, down), (across, down))
    )
    real, imaginary = xx - yy, 2 * xy
    # Not cv2.magnitude, whose last digits change with the place in memory: training must be repeatable.
    magnitude = cv2.sqrt(cv2.sqrt(real * real + imaginary * imaginary))
    per_magnitude = 1 / (magnitude + 1e-3)
    real *= per_magnitude
    imaginary *= per_magnitude
    harmonics[0], harmonics[1], harmonics[2] = magnitude, real, imaginary
    harmonics[3] = (real * real - imaginary * imaginary) * per_magnitude
    harmonics[4] = 2 * real * imaginary * per_magnitude


def octaves(image: Image) -> list[Image]:
    """The image and its successive halves, so that patches of any size are cut without aliasing."""
    halves = [image]
    while min(halves[-1].shape[:2]) >= 2 * PATCH:
        halves.append(cv2.pyrDown(halves[-1]))
    return halves


def cut(halves: list[Image], boxes: Floats) -> Image:
    """Patches (N x PATCH x PATCH x 3) of the boxes (N x 4 in pixels of the whole image), margin included."""
    patches = np.empty((len(boxes), PATCH, PATCH, 3), np.uint8)
    for patch, (left, top, width, height) in zip(patches, boxes.tolist(), strict=True):
        octave = min(max(int(np.log2(max(min(width, height) * 1.4 / PATCH, 1))), 0), len(halves) - 1)
        shrink = 0.5**octave
        across, down = (side * (1 + 2 * MARGIN) * shrink / PATCH for side in (width, height))
        start_x, start_y = (left - MARGIN * width) * shrink, (top - MARGIN * height) * shrink
        to_image = np.array([[across, 0, start_x + across / 2 - 0.5], [0, down, start_y + down / 2 - 0.5]])
        cv2.warpAffine(
            halves[octave],
            to_image,
            (PATCH, PATCH),
            dst=patch,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return patches


def describe(patches: Image, boxes: Floats) -> Floats:
    """What the classifier sees: orientation cells, coarse Lab colour, aspect and height: N x DESCRIPTOR."""
    count = len(patches)
    if not count:
        return np.empty((0, DESCRIPTOR), np.float32)
    # One by one: in a strip, the rim of each patch would take on something of its neighbours.
    shape = np.stack([cells(patch, PATCH_CELL).ravel() for patch in patches])
    strip = patches.reshape(count * PATCH, PATCH, 3)
    coarse = cv2.resize(strip, (COLOUR_GRID, count * COLOUR_GRID), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(coarse, cv2.COLOR_BGR2LAB).reshape(count, -1).astype(np.float32) / 128 - 1
    aspect = np.log(boxes[:, 2:3] / boxes[:, 3:4])
    height = np.log(boxes[:, 3:4] / PATCH)
    return np.hstack([shape, lab, aspect, height]).astype(np.float32)
