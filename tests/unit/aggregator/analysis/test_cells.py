"""Each sample speaks for the time around it, and says how far off the edges of that time may be."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

from hypothesis import given

from services.aggregator.analysis.cells import Cell, Timeline, cells
from services.aggregator.analysis.sightings import Sample
from tests.unit.aggregator.shown import seen, videos


@given(videos())
def test_cells_lie_in_order_within_the_video_and_hold_their_samples(
    video: tuple[list[Sample], Timeline],
) -> None:
    samples, timeline = video
    made = cells(samples, timeline)
    assert all(earlier.end <= later.start for earlier, later in pairwise(made))
    for sample, cell in zip(samples, made, strict=True):
        assert 0 <= cell.start <= sample.at <= cell.end <= timeline.duration


@given(videos())
def test_cells_touch_but_for_breaks_and_reach_the_end(video: tuple[list[Sample], Timeline]) -> None:
    samples, timeline = video
    if not samples or timeline.breaks:
        return
    made = cells(samples, timeline)
    assert all(earlier.end == later.start for earlier, later in pairwise(made))
    assert made[-1].end == timeline.duration


@given(videos())
def test_a_change_between_two_samples_is_never_further_from_the_edge_than_stated(
    video: tuple[list[Sample], Timeline],
) -> None:
    samples, timeline = video
    made = cells(samples, timeline)
    for (before, earlier), (after, later) in pairwise(zip(samples, made, strict=True)):
        for change in (before.at, after.at):
            assert abs(later.start - change) <= later.opens_within
            if earlier.end == later.start:  # no break in between
                assert abs(earlier.end - change) <= earlier.closes_within


def test_known_cells() -> None:
    first, *_, last = cells(seen(count=10), Timeline(F(1), F(10)))
    assert first == Cell(F(0), F(1, 2), F(0), F(1, 2))
    assert last == Cell(F(17, 2), F(10), F(1, 2), F(1))


def test_around_a_failed_frame_the_uncertainty_grows() -> None:
    samples = [sample for sample in seen(count=4) if sample.at != 1]
    before, after, _ = cells(samples, Timeline(F(1), F(4)))
    assert (before.end, before.closes_within) == (F(3, 2), F(3, 2))
    assert (after.start, after.opens_within) == (F(3, 2), F(3, 2))


def test_samples_closer_than_a_step_meet_half_way() -> None:
    samples = [Sample(at, ()) for at in (F(0), F(1), F(5, 4), F(2))]
    edges = [cell.start for cell in cells(samples, Timeline(F(1), F(3)))]
    assert edges == [F(0), F(1, 2), F(9, 8), F(13, 8)]
    assert cells(samples, Timeline(F(1), F(3)))[2].opens_within == F(1, 8)


def test_of_what_follows_a_break_nothing_is_said() -> None:
    made = cells([Sample(F(0), ()), Sample(F(4), ())], Timeline(F(1), F(5), (F(2),)))
    assert made[0] == Cell(F(0), F(3, 2), F(0), F(3, 2))


def test_a_video_without_samples_has_no_cells() -> None:
    assert cells([], Timeline(F(1), F(10))) == []
