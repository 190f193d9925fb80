"""Arithmetic on arrays of boxes (left, top, width, height): overlap, suppression, offsets and jitter."""

from __future__ import annotations

import numpy as np

from services.rekognition_local.recognition.samples import Boxes, Floats, Indices


def overlap(ours: Boxes, theirs: Boxes) -> Floats:
    """Intersection over union of every pair: N x M."""
    left_top = np.maximum(ours[:, None, :2], theirs[None, :, :2])
    right_bottom = np.minimum((ours[:, :2] + ours[:, 2:])[:, None], (theirs[:, :2] + theirs[:, 2:])[None])
    shared = np.prod(np.maximum(right_bottom - left_top, 0), axis=2)
    union = np.prod(ours[:, 2:], axis=1)[:, None] + np.prod(theirs[:, 2:], axis=1)[None] - shared
    return np.asarray(shared / np.maximum(union, 1e-6), dtype=np.float32)


def suppress(boxes: Boxes, scores: Floats, limit: float, most: int) -> Indices:
    """Greedy non-maximum suppression: indices kept, best first, no two overlapping by more than `limit`."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size and len(kept) < most:
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[overlap(boxes[best : best + 1], boxes[order])[0] <= limit]
    return np.array(kept, dtype=np.intp)


def offsets(proposed: Boxes, true: Boxes) -> Floats:
    """How to move and stretch each proposed box onto the true one, in units of its own size (R-CNN, 2014)."""
    shift = (centres(true) - centres(proposed)) / proposed[:, 2:]
    stretch = np.log(true[:, 2:] / proposed[:, 2:])
    return np.hstack([shift, stretch]).astype(np.float32)


def moved(proposed: Boxes, by: Floats) -> Boxes:
    """The inverse of `offsets`; stretches are held within a factor of two."""
    size = proposed[:, 2:] * np.exp(np.clip(by[:, 2:], -0.7, 0.7))
    centre = centres(proposed) + by[:, :2] * proposed[:, 2:]
    return np.hstack([centre - size / 2, size]).astype(np.float32)


def jittered(box: Boxes, count: int, spread: float, rng: np.random.Generator) -> Boxes:
    """`count` boxes around one box (1 x 4), shifted and stretched by about `spread` of its size."""
    by = rng.uniform(-spread, spread, (count, 4)).astype(np.float32)
    return moved(np.repeat(box, count, axis=0), by)


def fragments(box: Boxes, count: int, rng: np.random.Generator) -> Boxes:
    """`count` much smaller boxes inside one box (1 x 4): parts that should not pass for the whole."""
    size = box[:, 2:] * rng.uniform(0.25, 0.65, (count, 2))
    corner = box[:, :2] + (box[:, 2:] - size) * rng.random((count, 2))
    return np.hstack([corner, size]).astype(np.float32)


def centres(boxes: Boxes) -> Floats:
    """The middle of each box: N x 2."""
    return boxes[:, :2] + boxes[:, 2:] / 2
