"""Where on the screen a brand was shown, pure: a heat map, and the weight of its position."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.aggregator.analysis.sightings import Box

Grid = NDArray[np.float64]  # rows by columns, top left first

ROWS, COLUMNS = 9, 16
CENTRE_WEIGHTS = np.array([[0.50, 0.75, 0.50], [0.75, 1.00, 0.75], [0.50, 0.75, 0.50]])


def heat_map(boxes: Sequence[Box], seconds: Sequence[float]) -> Grid:
    """Seconds for which each of 9 × 16 cells of the frame was covered by the boxes, each shown so long."""
    edges = _edges(boxes)
    down = _covered(edges[:, 1], edges[:, 3], ROWS) * np.asarray(seconds, np.float64)[:, None]
    across = _covered(edges[:, 0], edges[:, 2], COLUMNS)
    return np.asarray(np.einsum("nr,nc->rc", down, across))


def centre_weights(boxes: Sequence[Box]) -> Grid:
    """The weight of each box's position: the mean of the 3 × 3 weights over its area."""
    edges = _edges(boxes)
    down = _covered(edges[:, 1], edges[:, 3], 3)
    across = _covered(edges[:, 0], edges[:, 2], 3)
    weighted = np.einsum("nr,nc,rc->n", down, across, CENTRE_WEIGHTS)
    whole = down.sum(axis=1) * across.sum(axis=1)
    lowest = np.full(len(boxes), float(CENTRE_WEIGHTS.min()))
    return np.asarray(np.divide(weighted, whole, out=lowest, where=whole > 0))


def _edges(boxes: Sequence[Box]) -> Grid:
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes]).reshape(-1, 4)


def _covered(low: Grid, high: Grid, parts: int) -> Grid:
    """The share of each of `parts` equal stretches of 0 to 1 that lies between low and high."""
    edges = np.arange(parts + 1) / parts
    common = np.minimum(high[:, None], edges[1:]) - np.maximum(low[:, None], edges[:-1])
    return np.asarray(np.clip(common * parts, 0.0, 1.0))
