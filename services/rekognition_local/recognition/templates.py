"""Propose where logos may be: whitened orientation templates slid over an image pyramid.

A template is the linear discriminant between a cluster of logo views and natural background (Hariharan, Malik
and Ramanan, "Discriminative decorrelation for clustering and classification", ECCV 2012): w = C^-1 (m - m0),
with the background's mean m0 and covariance C learnt once for each grid shape. Scores are in standard
deviations of the background, so those of different templates can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from services.rekognition_local.recognition import hog
from services.rekognition_local.recognition.geometry import suppress
from services.rekognition_local.recognition.samples import Boxes, Floats, Image, Indices

CELL = 6  # pixels a cell has while a template is learnt
_FINEST_CELL = 5.0  # pixels a cell has on the first level of the pyramid
_STEPS = 4  # levels to an octave
_GRID_AREA = 36  # cells of a template, about: 6 by 6 when square, hence logos from 30 pixels up
_ASPECT_STEP = 1.35  # ratio of neighbouring aspects among the grids: few shapes make a fast scan
THRESHOLDS = 2.5, 3.5  # standard deviations above background: least and greatest that a template may ask for
_RIDGE = 0.02  # added to the covariance's diagonal: keeps whitening from amplifying noise
_BACKGROUND_WINDOWS = 8_000
_SAME_SPOT = 0.5  # overlap of two proposals that need not both be judged
_RARITY = 1.6  # score a proposal gains per octave of size: there are fewer large places for chance to work on
_MOST_PER_LABEL_RAW = 150  # candidates a label may bring into suppression

Grid = tuple[int, int]  # rows, columns of cells


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and inverse covariance of the cells in any window of one grid shape, over scenes without logos."""

    mean: Floats
    whitening: Floats


@dataclass(frozen=True, slots=True)
class TemplateBank:
    """All templates of one grid shape: weights (D x T), biases (T), thresholds (T) and label numbers (T)."""

    grid: Grid
    weights: Floats
    biases: Floats
    thresholds: Floats
    owners: Indices


@dataclass(frozen=True, slots=True)
class Proposals:
    """Candidate boxes (N x 4, pixels) with the template's score (N) and the label it stands for (N)."""

    boxes: Boxes
    scores: Floats
    owners: Indices


def grid_for(aspect: float) -> Grid:
    """Rows and columns of cells for logos of this width to height."""
    nearest = _ASPECT_STEP ** round(np.log(aspect) / np.log(_ASPECT_STEP))
    rows = int(np.clip(round(np.sqrt(_GRID_AREA / nearest)), 3, 12))
    return rows, int(np.clip(round(rows * nearest), 3, 14))


def background_cells(scenes: list[Image]) -> list[Floats]:
    """The cells of each scene at one scale an octave, to learn backgrounds of all grids from."""
    return [seen for scene in scenes for seen, _ in _pyramid(scene, steps=1)]


def learn_background(levels: list[Floats], grid: Grid, rng: np.random.Generator) -> Background:
    """Mean and covariance of windows sampled from levels of cells."""
    fitting = [seen for seen in levels if seen.shape[0] >= grid[0] and seen.shape[1] >= grid[1]]
    share = _BACKGROUND_WINDOWS // len(fitting) + 1
    rows = np.concatenate([_some_windows(seen, grid, share, rng) for seen in fitting])
    covariance = np.cov(rows, rowvar=False) + _RIDGE * np.eye(rows.shape[1])
    return Background(rows.mean(axis=0), np.linalg.inv(covariance).astype(np.float32))


def template(views: Floats, background: Background) -> tuple[Floats, float]:
    """Weights and bias for a cluster of views (N x D), scaled so that background scores vary by one."""
    weights = background.whitening @ (views.mean(axis=0) - background.mean)
    spread = float(np.sqrt(weights @ (views.mean(axis=0) - background.mean)))
    weights = weights / spread
    return weights.astype(np.float32), float(-weights @ background.mean)


def propose(image: Image, banks: Sequence[TemplateBank], labels: int, most_per_label: int) -> Proposals:
    """Scan the pyramid with all templates; the best candidates of each label, overlapping ones suppressed."""
    boxes, scores, owners = [np.empty((0, 4), np.float32)], [np.empty(0, np.float32)], [np.empty(0, np.intp)]
    for seen, cell in _pyramid(image):
        strips = _Strips.of(seen, max((bank.grid[1] for bank in banks), default=1))
        for bank in banks:
            if seen.shape[0] < bank.grid[0] or seen.shape[1] < bank.grid[1]:
                continue
            corners, score, which = strips.respond(bank)
            size = np.broadcast_to(np.array([bank.grid[1], bank.grid[0]], np.float32), corners.shape)
            boxes.append(np.hstack([corners, size]) * cell)
            scores.append(score)
            owners.append(bank.owners[which])
    everything = Proposals(np.concatenate(boxes), np.concatenate(scores), np.concatenate(owners))
    return _best(everything, labels, most_per_label)


def _pyramid(image: Image, steps: int = _STEPS) -> Iterator[tuple[Floats, Floats]]:
    """Orientation cells at growing cell sizes, each with its cell's width, height, width, height in pixels.

    Gradients are taken once an octave and pooled into ever larger cells in between (as the fast feature
    pyramids of Dollar et al., 2014, do).
    """
    level = image
    while min(level.shape[:2]) >= 3 * _FINEST_CELL:
        harmonics = hog.planes(level)
        for step in range(steps):
            cell = _FINEST_CELL * 2 ** (step / steps)
            rows, columns = round(level.shape[0] / cell), round(level.shape[1] / cell)
            if min(rows, columns) >= 3:
                ratio = (image.shape[1] / columns, image.shape[0] / rows)
                yield hog.pooled(harmonics, rows, columns), np.array(ratio * 2, np.float32)
        level = cv2.resize(level, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


@dataclass(frozen=True, slots=True)
class _Strips:
    """For every cell of a level, the run of cells to its right: (rows * columns) x (widest * CHANNELS).

    A template's response is the sum, over its rows, of strips times that row's weights: plain matrix
    products, without ever copying whole windows.
    """

    runs: Floats
    rows: int
    columns: int

    @classmethod
    def of(cls, seen: Floats, widest: int) -> _Strips:
        rows, columns = seen.shape[:2]
        padded = np.concatenate([seen.ravel(), np.zeros(widest * hog.CHANNELS, np.float32)])
        runs = sliding_window_view(padded, widest * hog.CHANNELS)[
            : rows * columns * hog.CHANNELS : hog.CHANNELS
        ]
        return cls(np.ascontiguousarray(runs), rows, columns)

    def respond(self, bank: TemplateBank) -> tuple[Floats, Floats, Indices]:
        """Corners (column, row), scores and template numbers of all responses above the thresholds."""
        high, wide = bank.grid
        length = wide * hog.CHANNELS
        count = (self.rows - high + 1) * self.columns
        responses = np.tile(bank.biases, (count, 1))
        share = np.empty_like(responses)
        for row in range(high):
            strip = self.runs[row * self.columns : row * self.columns + count, :length]
            responses += np.matmul(strip, bank.weights[row * length : (row + 1) * length], out=share)
        spot, which = np.nonzero(responses > bank.thresholds)
        row_number, column = np.divmod(spot, self.columns)
        inside = column <= self.columns - wide  # the others' strips run over the edge
        corners = np.stack([column, row_number], axis=1)[inside].astype(np.float32)
        return corners, responses[spot, which][inside], which[inside]


def _some_windows(seen: Floats, grid: Grid, count: int, rng: np.random.Generator) -> Floats:
    windows = sliding_window_view(seen, grid, axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    rows, columns = rng.integers(0, windows.shape[0], count), rng.integers(0, windows.shape[1], count)
    return np.asarray(windows[rows, columns].reshape(count, -1), dtype=np.float32)


def _best(found: Proposals, labels: int, most: int) -> Proposals:
    kept: list[Indices] = []
    for label in range(labels):
        own = np.flatnonzero(found.owners == label)
        rank = found.scores[own] + _RARITY * np.log2(found.boxes[own, 3])
        best = np.argsort(-rank, kind="stable")[:_MOST_PER_LABEL_RAW]
        kept.append(own[best][suppress(found.boxes[own[best]], rank[best], _SAME_SPOT, most)])
    chosen = np.concatenate(kept)
    return Proposals(found.boxes[chosen], found.scores[chosen], found.owners[chosen])
