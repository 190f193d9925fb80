"""Pacing slots: each belongs to one sender, and together they make the limit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.pacing.slots import CATCH_UP, Share, next_slot

EPOCH = 1_763_884_800.0  # slots are counted in real time, where floats are coarse
shares = st.builds(
    lambda limit, of, index: Share(limit, index % of, of, 1),
    st.floats(0.2, 50),
    st.integers(1, 5),
    st.integers(0, 4),
)


def slots(share: Share, seconds: float, begun: float = EPOCH) -> list[float]:
    """The slots a sender takes that is never late."""
    taken: list[float] = []
    slot = next_slot(share, 0.0, begun, begun)
    while slot < begun + seconds:
        taken.append(slot)
        slot = next_slot(share, slot, begun, slot)
    return taken


@given(shares)
def test_a_sender_takes_every_so_many_th_slot(share: Share) -> None:
    taken = slots(share, 30 * share.period)
    steps = [later - earlier for earlier, later in pairwise(taken[1:])]
    assert steps == pytest.approx([share.period] * len(steps), abs=1e-4)


@given(st.floats(1, 50), st.integers(1, 5))
def test_the_slots_of_all_senders_are_apart_and_make_the_limit(limit: float, of: int) -> None:
    taken = sorted(slot for n in range(of) for slot in slots(Share(limit, n, of, 1), 20)[1:])
    gaps = [later - earlier for earlier, later in pairwise(taken[of:])]
    assert gaps == pytest.approx([1 / limit] * len(gaps), abs=1e-4)


@given(shares, st.floats(0, 100))
def test_a_slot_missed_is_made_up_for_only_a_little(share: Share, late: float) -> None:
    last = next_slot(share, 0.0, EPOCH, EPOCH)
    slot = next_slot(share, last, last, last + late)
    assert slot > last + share.period / 2 - 1e-4
    assert slot >= last + late - CATCH_UP - 1e-4


@given(shares, st.floats(0, 100))
def test_slots_that_nobody_waited_for_are_not_made_up_for(share: Share, idle: float) -> None:
    last = next_slot(share, 0.0, EPOCH, EPOCH)
    now = last + idle
    assert next_slot(share, last, now, now) >= now - 1e-4


@given(shares, st.floats(-1e6, 1e6))
def test_a_clock_that_was_set_stops_no_sender(share: Share, jump: float) -> None:
    last = next_slot(share, 0.0, EPOCH, EPOCH)
    now = EPOCH + jump
    assert next_slot(share, last, now, now) <= now + 2 * share.period + 1e-4


@given(shares, shares)
def test_a_changed_share_follows_the_last_slot_by_half_a_period_to_one_and_a_half(
    before: Share, after: Share
) -> None:
    last = next_slot(before, 0.0, EPOCH, EPOCH)
    slot = next_slot(after, last, last, last + 0.001)
    assert 0.5 * after.period - 1e-3 <= slot - last <= 1.5 * after.period + 1e-3
