"""Looks: those at the same logo become one find, the likelier the more of them there are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.recognition.candidates import Candidates, distinct, joined

BOX = np.array([[100, 50, 80, 40]], np.float32)
ODDS = st.lists(st.floats(-6, 9, width=32), min_size=1, max_size=6)


def looks(*odds: float, owner: int = 0, shift: float = 0.0) -> Candidates:
    boxes = np.repeat(BOX + np.array([[shift, 0, 0, 0]], np.float32), len(odds), axis=0)
    return Candidates(boxes, np.full(len(odds), owner), np.array(odds, np.float32))


@given(ODDS, st.floats(-6, 9, width=32))
def test_another_look_at_a_logo_makes_it_likelier(odds: list[float], other: float) -> None:
    (one,) = distinct(looks(*odds)).odds
    (more,) = distinct(looks(*odds, other)).odds
    assert more >= one >= max(odds) - 1e-4


@given(st.floats(0.5, 6, width=32))
def test_the_box_lies_among_the_looks_and_nearer_to_the_surer(odds: float) -> None:
    found = distinct(joined([looks(odds), looks(0.0, shift=10.0)]))
    assert len(found.boxes) == 1
    assert 100 <= found.boxes[0, 0] < 105


def test_looks_at_another_logo_count_for_nothing() -> None:
    alone = distinct(looks(2.0)).odds
    beside = distinct(joined([looks(2.0), looks(1.0, 1.0, shift=200.0), looks(1.0, owner=1, shift=40.0)]))
    assert beside.odds[beside.boxes[:, 0] == 100] == alone


def test_nothing_seen_is_nothing_found() -> None:
    assert len(distinct(looks()).boxes) == 0
