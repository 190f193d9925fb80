"""Promises of keeping a fifth for testing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.rekognition_local.training.splitting import shared_out

items = st.lists(st.frozensets(st.sampled_from("abcde"), max_size=3), max_size=40)


@given(items)
def test_nothing_is_lost_and_no_label_loses_its_last_item(items: list[frozenset[str]]) -> None:
    training, test = shared_out(items, lambda one: one)
    assert sorted(map(sorted, training + test)) == sorted(map(sorted, items))
    assert len(test) <= round(len(items) * 0.2)
    for label in {label for one in test for label in one}:
        assert any(label in one for one in training)


def test_a_fifth_is_kept_where_there_is_enough() -> None:
    training, test = shared_out(["a", "b"] * 10, lambda one: one)
    assert (len(training), len(test)) == (16, 4)


def test_single_pictures_are_all_needed_for_training() -> None:
    assert shared_out(["a", "b", "c", "d", "e"], lambda one: one) == (["a", "b", "c", "d", "e"], [])
