"""Reading in order is ahead of the reader; a leap costs no more than what it reads."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.extractor.fetching.readahead import MOST_AHEAD, ReadAhead

blocks = st.lists(st.integers(0, 200), max_size=60)


def after(*read: int) -> ReadAhead:
    state = ReadAhead()
    for block in read:
        state = state.read(block)
    return state


@given(blocks, st.integers(1, 201))
def test_the_block_that_is_read_is_always_wanted_and_no_more_than_the_window(read: list[int], n: int) -> None:
    state = after(*read, n - 1)
    wanted = list(state.wanted(201))
    assert wanted[0] == n - 1
    assert len(wanted) <= 1 + MOST_AHEAD
    assert wanted[-1] < 201


@given(blocks)
def test_a_leap_fetches_one_block(read: list[int]) -> None:
    assert list(after(*read, 900).wanted(1000)) == [900]


def test_the_window_grows_with_what_was_read_while_reading_goes_on_in_order() -> None:
    ahead = [len(after(*range(n)).wanted(1000)) - 1 for n in range(1, 40)]
    assert ahead[:3] == [1, 2, 3]
    assert max(ahead) == MOST_AHEAD
    assert min(ahead[20:]) > MOST_AHEAD // 2


def test_a_wide_window_moves_on_by_several_blocks_at_a_time() -> None:
    stops = sorted({after(*range(n)).wanted(1000).stop for n in range(20, 80)})
    assert {later - earlier for earlier, later in pairwise(stops)} == {8}


def test_reading_on_within_a_block_changes_nothing() -> None:
    assert after(3, 4, 4, 4) == after(3, 4)
