"""Boxes: what overlap, suppression, offsets and fragments promise."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.recognition.geometry import (
    fragments,
    jittered,
    moved,
    offsets,
    overlap,
    suppress,
)

SIDE = st.floats(4, 300, width=32)
BOX = st.tuples(st.floats(-50, 500, width=32), st.floats(-50, 500, width=32), SIDE, SIDE)
BOXES = st.lists(BOX, min_size=1, max_size=12).map(lambda rows: np.array(rows, np.float32))


@given(BOXES, BOXES)
def test_overlap_is_a_ratio_the_same_both_ways(ours: np.ndarray, theirs: np.ndarray) -> None:
    both = overlap(ours, theirs)
    assert np.all((both >= 0) & (both <= 1 + 1e-5))
    np.testing.assert_allclose(both, overlap(theirs, ours).T, atol=1e-5)


@given(BOXES)
def test_a_box_overlaps_itself_wholly(boxes: np.ndarray) -> None:
    np.testing.assert_allclose(np.diag(overlap(boxes, boxes)), 1, atol=1e-3)


@given(BOXES, st.integers(0, 99))
def test_what_suppression_keeps_never_overlaps_and_holds_the_best(boxes: np.ndarray, seed: int) -> None:
    scores = np.random.default_rng(seed).random(len(boxes)).astype(np.float32)
    kept = suppress(boxes, scores, 0.3, most=50)
    between = overlap(boxes[kept], boxes[kept]) - np.eye(len(kept))
    assert between.max() <= 0.3 + 1e-3
    assert kept[0] == scores.argmax()
    assert np.all(np.diff(scores[kept]) <= 0)


@given(BOX, st.integers(0, 99))
def test_moving_by_the_offsets_lands_on_the_true_box(box: tuple[float, ...], seed: int) -> None:
    true = np.array([box], np.float32)
    proposed = jittered(true, 5, 0.5, np.random.default_rng(seed))
    landed = moved(proposed, offsets(proposed, np.repeat(true, 5, axis=0)))
    np.testing.assert_allclose(landed, np.repeat(true, 5, axis=0), rtol=1e-3, atol=0.05)


@given(BOX, st.integers(0, 99))
def test_a_fragment_never_passes_for_the_whole(box: tuple[float, ...], seed: int) -> None:
    whole = np.array([box], np.float32)
    assert overlap(fragments(whole, 8, np.random.default_rng(seed)), whole).max() < 0.5
