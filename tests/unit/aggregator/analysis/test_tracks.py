"""Linking sightings: the same logo stays one track, two logos stay two, and flicker is dropped."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.analysis.cells import Timeline, cells
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from services.aggregator.analysis.tracks import Track, apart, blend, iou, tracks
from shared.config.analysis import Analysis
from tests.unit.aggregator.shown import HERE, PLAIN, analyses, boxes, sample, videos

FAR = Box(0.9, 0.9, 0.05, 0.05)


def linked(samples: list[Sample], options: Analysis = PLAIN, step: F = F(1)) -> list[Track]:
    timeline = Timeline(step, samples[-1].at + step)
    return tracks(samples, cells(samples, timeline), step, options)


def shown(*logos: tuple[Box, float] | None, step: F = F(1)) -> list[Sample]:
    """A logo per sample, at a place and with a confidence; None where there is none."""
    return [
        sample(k * step, *([] if logo is None else [Sighting("Acme", *logo)])) for k, logo in enumerate(logos)
    ]


# --- properties


@given(videos())
def test_every_sighting_is_a_point_of_exactly_one_track(video: tuple[list[Sample], Timeline]) -> None:
    samples, timeline = video
    found = tracks(samples, cells(samples, timeline), timeline.step, replace(PLAIN, gap=1.0))
    points = [
        (track.brand, point.index, point.box, point.confidence)
        for track in found
        for point in track.points
        if point.confidence is not None
    ]
    sighted = [
        (logo.brand, index, logo.box, logo.confidence)
        for index, each in enumerate(samples)
        for logo in each.sightings
    ]
    assert sorted(points) == sorted(sighted)


@given(videos(), analyses, st.randoms(use_true_random=False))
def test_the_order_of_the_logos_in_a_frame_is_irrelevant(
    video: tuple[list[Sample], Timeline], options: Analysis, chance: random.Random
) -> None:
    samples, timeline = video
    shuffled = [
        replace(each, sightings=tuple(chance.sample(each.sightings, len(each.sightings)))) for each in samples
    ]
    divided = cells(samples, timeline)
    assert tracks(shuffled, divided, timeline.step, options) == tracks(
        samples, divided, timeline.step, options
    )


@given(videos(), analyses)
def test_a_track_has_a_point_at_every_sample_from_its_first_to_its_last(
    video: tuple[list[Sample], Timeline], options: Analysis
) -> None:
    samples, timeline = video
    for track in tracks(samples, cells(samples, timeline), timeline.step, options):
        indexes = [point.index for point in track.points]
        assert indexes == list(range(indexes[0], indexes[-1] + 1))
        assert track.points[0].confidence is not None
        assert track.points[-1].confidence is not None


@given(videos(), analyses)
def test_a_stricter_median_only_drops_tracks(video: tuple[list[Sample], Timeline], options: Analysis) -> None:
    samples, timeline = video
    divided = cells(samples, timeline)
    every = tracks(samples, divided, timeline.step, replace(options, median=0.0))
    assert set(tracks(samples, divided, timeline.step, options)) <= set(every)


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8), st.sampled_from([F(1), F(1, 2), F(1, 4), F(1, 25)])
)
def test_if_nothing_is_asked_of_the_median_all_but_what_is_too_short_is_shown(
    scores: list[float], step: F
) -> None:
    needed = min(3, max(1, F(1, 2) // step))  # samples of the shortest exposure, at most Frigate's three
    found = linked(shown(*[(HERE, score) for score in scores], step=step), Analysis(median=0.0), step)
    assert bool(found) is (2 * len(scores) > needed)


@given(boxes(), boxes())
def test_overlap_and_distance_are_symmetric_and_bounded(one: Box, other: Box) -> None:
    assert iou(one, other) == iou(other, one)
    assert 0.0 <= iou(one, other) <= 1.0
    assert apart(one, other) == apart(other, one) >= 0.0
    assert apart(one, one) == 0.0


@given(boxes(), boxes(), st.floats(0, 1))
def test_a_box_between_two_others_lies_between_their_edges(one: Box, other: Box, share: float) -> None:
    between = blend(one, other, share)
    low, high = sorted((one.left, other.left))
    assert low - 1e-9 <= between.left <= high + 1e-9


# --- known answers


def test_a_logo_that_is_missed_for_less_than_the_gap_goes_on_with_its_box_interpolated() -> None:
    moved = Box(0.3, 0.2, 0.5, 0.5)
    [track] = linked(shown((HERE, 90.0), None, (moved, 90.0)), replace(PLAIN, gap=1.0))
    assert [point.confidence for point in track.points] == [90.0, None, 90.0]
    assert track.points[1].box == blend(HERE, moved, 0.5)


def test_a_logo_that_is_missed_for_longer_than_the_gap_is_another_track() -> None:
    assert len(linked(shown((HERE, 90.0), None, None, (HERE, 90.0)), replace(PLAIN, gap=1.0))) == 2


def test_a_logo_elsewhere_is_another_track() -> None:
    assert len(linked(shown((HERE, 90.0), (FAR, 90.0)))) == 2
    assert len(linked(shown((HERE, 90.0), None, (FAR, 90.0)), replace(PLAIN, gap=1.0))) == 2


def test_a_logo_that_moves_by_less_than_its_reach_is_the_same() -> None:
    small = Box(0.1, 0.1, 0.1, 0.1)
    moved = Box(0.25, 0.1, 0.1, 0.1)
    assert len(linked(shown((small, 90.0), (moved, 90.0)), replace(PLAIN, reach=2.0))) == 1
    assert len(linked(shown((small, 90.0), (moved, 90.0)), replace(PLAIN, reach=1.0))) == 2


def test_of_two_logos_each_goes_on_where_it_is_nearest() -> None:
    left, right = Box(0.1, 0.1, 0.2, 0.2), Box(0.6, 0.1, 0.2, 0.2)
    both = [sample(F(k), Sighting("Acme", left, 90.0), Sighting("Acme", right, 80.0)) for k in range(3)]
    assert [[point.box for point in track.points] for track in linked(both)] == [[left] * 3, [right] * 3]


def test_no_track_crosses_a_blank_frame() -> None:
    samples = shown((HERE, 90.0), None, (HERE, 90.0))
    samples[1] = replace(samples[1], blank=True)
    assert len(linked(samples, replace(PLAIN, gap=5.0))) == 2


@pytest.mark.parametrize(
    ("scores", "kept"),
    [((60.0,), True), ((49.0,), False), ((40.0, 45.0, 90.0), False), ((40.0, 55.0, 60.0), True)],
)
def test_a_track_is_flicker_when_its_median_is_below_what_is_asked(
    scores: tuple[float, ...], kept: bool
) -> None:
    found = linked(shown(*[(HERE, score) for score in scores]), Analysis(median=50.0))
    assert bool(found) is kept


@pytest.mark.parametrize(
    ("step", "samples", "kept"), [(F(1), 1, True), (F(1, 4), 1, False), (F(1, 4), 2, True)]
)
def test_what_is_seen_in_fewer_samples_than_the_shortest_exposure_gives_is_flicker(
    step: F, samples: int, kept: bool
) -> None:
    logos = [*[(HERE, 95.0)] * samples, None, None]
    assert bool(linked(shown(*logos, step=step), Analysis(), step)) is kept
