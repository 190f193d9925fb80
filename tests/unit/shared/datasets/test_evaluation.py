"""Promises of judging a model: what counts as right, at which threshold, and what was taken for what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.datasets.evaluation import (
    BACKGROUND,
    Evaluated,
    Find,
    Truth,
    evaluate,
    matched,
    mistakes,
    overlap,
    worst,
)

HERE, NEAR, FAR = (0.0, 0.0, 10.0, 10.0), (1.0, 0.0, 10.0, 10.0), (50.0, 50.0, 10.0, 10.0)

sides = st.floats(0.5, 100)
boxes = st.tuples(st.floats(-100, 100), st.floats(-100, 100), sides, sides)
labels = st.sampled_from(["a", "b", "c"])
truths = st.builds(Truth, labels, boxes | st.none())
finds = st.builds(Find, labels, st.floats(0, 100), boxes)
pictures = st.lists(
    st.builds(
        Evaluated,
        st.text(max_size=3),
        st.lists(truths, max_size=4).map(tuple),
        st.lists(finds, max_size=6).map(tuple),
    ),
    max_size=5,
)


@given(boxes, boxes)
def test_overlap_is_a_share_the_same_both_ways(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    share = overlap(one, other)  # type: ignore[arg-type]
    assert 0 <= share <= 1.000001
    assert share == pytest.approx(overlap(other, one))  # type: ignore[arg-type]
    assert overlap(one, one) == pytest.approx(1)  # type: ignore[arg-type]


@given(pictures)
def test_every_figure_is_a_share_and_every_logo_is_taken_for_one_thing(
    pictures: list[Evaluated],
) -> None:
    result = evaluate(pictures)
    for one in result.labels:
        assert all(0 <= share <= 1 for share in (one.precision, one.recall, one.f1, one.threshold))
        shares = [share for (true, _), share in result.confusion.items() if true == one.label]
        assert sum(shares) == pytest.approx(1)
    assert {one.label for one in result.labels} == {t.label for p in pictures for t in p.truths}


@given(pictures)
def test_no_logo_is_matched_twice(pictures: list[Evaluated]) -> None:
    for picture in pictures:
        taken = [match.truth for match in matched(picture) if match.truth is not None]
        assert len(taken) == len(set(taken))


@given(pictures)
def test_without_mistakes_all_is_found(pictures: list[Evaluated]) -> None:
    thresholds = {one.label: one.threshold for one in evaluate(pictures).labels}
    for picture in pictures:
        made = mistakes(picture, thresholds)
        assert len(made.missed) <= len(picture.truths)
        assert len(made.wrong) <= len(picture.finds)


def test_the_threshold_is_where_f1_is_best_and_far_from_any_find() -> None:
    finds = (Find("a", 90, NEAR), Find("a", 70, FAR), Find("a", 30, (200, 0, 5, 5)))
    truths = (Truth("a", HERE), Truth("a", FAR))
    (label,) = evaluate([Evaluated("p", truths, finds)]).labels
    assert (label.threshold, label.precision, label.recall) == (0.5, 1.0, 1.0)
    (alone,) = evaluate([Evaluated("p", truths, finds[:2])]).labels
    assert alone.threshold == 0.35


def test_a_logo_taken_for_another_and_one_missed_are_told_apart() -> None:
    taken = Evaluated("p", (Truth("a", HERE),), (Find("b", 95, NEAR),))
    missed = Evaluated("q", (Truth("a", FAR), Truth("b", HERE)), (Find("b", 90, HERE),))
    result = evaluate([taken, missed])
    assert result.confusion == {("a", "b"): 0.5, ("a", BACKGROUND): 0.5, ("b", "b"): 1.0}


def test_a_picture_that_is_one_logo_needs_no_box() -> None:
    picture = Evaluated("p", (Truth("a", None),), (Find("a", 60, None),))
    assert evaluate([picture]).f1 == pytest.approx(1)


def test_the_worst_pictures_come_first() -> None:
    good = Evaluated("good", (Truth("a", HERE),), (Find("a", 90, HERE),))
    bad = Evaluated("bad", (Truth("a", HERE),), (Find("a", 90, FAR),))
    half = Evaluated("half", (Truth("a", HERE),), ())
    told = worst([good, half, bad], {"a": 0.5}, most=5)
    assert [(one.name, len(one.missed), len(one.wrong)) for one in told] == [("bad", 1, 1), ("half", 1, 0)]
