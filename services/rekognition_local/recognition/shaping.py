"""Shape templates from views of logos: cluster them by aspect, squeeze onto a grid, set off from background."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from services.rekognition_local.recognition import hog, templates
from services.rekognition_local.recognition.samples import Boxes, Floats, Image
from services.rekognition_local.recognition.staging import View

_CLUSTERS = 3  # templates a label
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
        thresholds=np.maximum(np.array(marks, np.float32), templates.LEAST_SCORE),
        owners=np.array([owner for owner, _ in members], np.intp),
    )


def _clusters(views: list[View]) -> list[tuple[templates.Grid, list[View]]]:
    """A few groups of views of one label by their aspect, each with the grid that suits it."""
    views = sorted(views, key=_aspect)
    cuts = np.linspace(0, len(views), _CLUSTERS + 1).astype(int).tolist()
    parts = [views[low:high] for low, high in pairwise(cuts) if high > low]
    return [(templates.grid_for(_aspect(part[len(part) // 2])), part) for part in parts]


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
