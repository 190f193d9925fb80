"""Shape templates from views of logos: cluster by looks, squeeze onto a grid, set off from background."""

from __future__ import annotations

import cv2
import numpy as np

from services.rekognition_local.recognition import hog, templates
from services.rekognition_local.recognition.rehearsal.staging import View
from services.rekognition_local.recognition.samples import Boxes, Floats, Image

_CLUSTERS = 4  # templates a label
_ROUNDS = 8  # of k-means
_LOST = 4.0  # percent of a template's own views that may score below its threshold


def shape(
    scenes: list[Image], views: list[list[View]], rng: np.random.Generator
) -> tuple[templates.TemplateBank, ...]:
    """Cluster each label's views, make a template of each cluster, and sort templates by grid."""
    levels = templates.background_cells(scenes)
    clusters = [(owner, *cluster) for owner, own in enumerate(views) for cluster in _clusters(own)]
    banks = []
    for grid in sorted({grid for _, grid, _ in clusters}):
        background = templates.learn_background(levels, grid, rng)
        members = [(owner, _on_grid(own, grid)) for owner, its_grid, own in clusters if its_grid == grid]
        banks.append(_bank(grid, members, background))
    return tuple(banks)


def _bank(
    grid: templates.Grid, members: list[tuple[int, Floats]], background: templates.Background
) -> templates.TemplateBank:
    """A template for each cluster (label number, N x D described views)."""
    made = [templates.template(seen, background) for _, seen in members]
    marks = [
        float(np.percentile(seen @ weights + bias, _LOST))
        for (_, seen), (weights, bias) in zip(members, made, strict=True)
    ]
    return templates.TemplateBank(
        grid,
        weights=np.stack([weights for weights, _ in made], axis=1),
        biases=np.array([bias for _, bias in made], np.float32),
        thresholds=np.clip(np.array(marks, np.float32), *templates.THRESHOLDS),
        owners=np.array([owner for owner, _ in members], np.intp),
    )


def _clusters(views: list[View]) -> list[tuple[templates.Grid, list[View]]]:
    """A few groups of views of one label that look alike (k-means), each with the grid that suits it.

    Turned to the left and turned to the right average to nothing: each needs a template of its own.
    """
    common = templates.grid_for(float(np.median([_aspect(view) for view in views])))
    seen = _on_grid(views, common)
    start = np.argsort([_lean(row, common) for row in seen], kind="stable")
    groups = np.empty(len(views), np.intp)
    groups[start] = np.arange(len(views)) * _CLUSTERS // len(views)
    for _ in range(_ROUNDS):
        middles = [
            seen[groups == group].mean(axis=0) for group in range(_CLUSTERS) if np.any(groups == group)
        ]
        groups = np.argmin([((seen - middle) ** 2).sum(axis=1) for middle in middles], axis=0)
    parts = [[view for view, own in zip(views, groups, strict=True) if own == group] for group in set(groups)]
    return [(templates.grid_for(float(np.median([_aspect(view) for view in part]))), part) for part in parts]


def _lean(row: Floats, grid: templates.Grid) -> float:
    """How much edges rise rather than fall: tells apart views turned either way."""
    return float(row.reshape(*grid, hog.CHANNELS)[..., 2].sum())


def _aspect(view: View) -> float:
    _, box = view
    return float(box[0, 2] / box[0, 3])


def _on_grid(views: list[View], grid: templates.Grid) -> Floats:
    """The views squeezed onto the grid and described by its cells: N x D."""
    return np.stack([_squeezed(image, box, grid).ravel() for image, box in views])


def _squeezed(image: Image, box: Boxes, grid: templates.Grid) -> Floats:
    # One cell more on each side, so that gradients and norms at the rim are those of the scene.
    rows, columns = grid
    left, top, width, height = box[0].tolist()
    across, down = width / columns / templates.CELL, height / rows / templates.CELL
    octave = max(0, int(np.log2(max(min(across, down), 1) * 1.4)))
    for _ in range(octave):
        image = cv2.pyrDown(image)
    across, down, left, top = (value * 0.5**octave for value in (across, down, left, top))
    edge = templates.CELL
    to_image = np.array(
        [[across, 0, left - across * edge + across / 2 - 0.5], [0, down, top - down * edge + down / 2 - 0.5]]
    )
    size = ((columns + 2) * templates.CELL, (rows + 2) * templates.CELL)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(image, to_image, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return hog.cells(patch, templates.CELL)[1:-1, 1:-1]
