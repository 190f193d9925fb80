"""Exposures: stretches of screen time whose edges are as right as they say."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.exposure import analyse
from services.aggregator.analysis.sightings import Box, Picture, Sample, Sighting
from shared.config.analysis import Analysis
from tests.unit.aggregator.shown import HERE, PLAIN, analyses, run, sample, seen, spans, steps, videos

# --- properties


@given(videos(), analyses)
def test_exposures_of_a_brand_never_overlap_or_touch(
    video: tuple[list[Sample], Timeline], options: Analysis
) -> None:
    found = analyse(*video, options).exposures
    for brand in {exposure.brand for exposure in found}:
        own = [exposure for exposure in found if exposure.brand == brand]
        assert all(earlier.end < later.start for earlier, later in pairwise(own))


@given(videos(), analyses)
def test_exposures_lie_within_the_video_in_the_order_of_time(
    video: tuple[list[Sample], Timeline], options: Analysis
) -> None:
    found = analyse(*video, options).exposures
    assert all(0 <= exposure.start <= exposure.end <= video[1].duration for exposure in found)
    assert [exposure.start for exposure in found] == sorted(exposure.start for exposure in found)


@given(videos())
def test_every_sighting_lies_in_an_exposure_of_its_brand_and_no_other_sample_does(
    video: tuple[list[Sample], Timeline],
) -> None:
    found = analyse(*video, PLAIN).exposures
    for index, each in enumerate(video[0]):
        sighted = {sighting.brand for sighting in each.sightings}
        assert {e.brand for e in found if e.first <= index <= e.last} == sighted


@given(steps, st.integers(2, 40), st.fractions(0, 1), st.fractions(0, 1))
def test_each_edge_is_within_what_is_stated_of_the_truth(step: F, count: int, one: F, other: F) -> None:
    duration = step * count
    start, end = sorted((one * duration, other * duration))
    logo = Sighting("Acme", HERE, 90.0)
    samples = [sample(k * step, *([logo] if start <= k * step < end else [])) for k in range(count)]
    found = analyse(samples, Timeline(step, duration), PLAIN).exposures
    if not found:
        assert end - start <= step  # too short to be sampled for certain
        return
    [exposure] = found
    assert abs(exposure.start - start) <= exposure.opens_within <= step / 2
    assert abs(exposure.end - end) <= exposure.closes_within <= step


# --- known answers


@pytest.mark.parametrize(
    ("instants", "stretches"),
    [
        ((), []),
        ((3,), [(2.5, 3.5)]),
        ((3, 4, 5), [(2.5, 5.5)]),
        ((0,), [(0, 0.5)]),
        ((9,), [(8.5, 10)]),
        ((2, 3, 6), [(1.5, 3.5), (5.5, 6.5)]),
        (tuple(range(10)), [(0, 10)]),
    ],
)
def test_known_sightings_give_known_stretches(
    instants: tuple[int, ...], stretches: list[tuple[float, float]]
) -> None:
    assert spans(seen(*instants)) == stretches


def test_a_sample_that_missed_the_logo_does_not_end_its_exposure() -> None:
    assert spans(seen(2, 4), Analysis()) == [(1.5, 4.5)]
    assert spans(seen(2, 5), Analysis()) == [(1.5, 2.5), (4.5, 5.5)]


def test_a_failed_frame_between_two_sightings_does_not_end_an_exposure() -> None:
    samples = [each for each in seen(3, 5) if each.at != 4]
    assert spans(samples) == [(2.5, 5.5)]
    [exposure] = run(samples, Timeline(F(1), F(10)))[0].exposures
    assert exposure.samples == 2


def test_nothing_is_credited_where_the_video_breaks_off() -> None:
    samples = [each for each in seen(*range(10)) if each.at in (0, 1, 2, 8, 9)]
    timeline = Timeline(F(1), F(12), (F(3), F(10)))
    scene, [total] = run(samples, timeline, Analysis(gap=60))
    assert [(each.start, each.end) for each in scene.exposures] == [(F(0), F(5, 2)), (F(15, 2), F(19, 2))]
    assert total.screen_time == F(9, 2)


def test_an_extra_sample_between_two_others_narrows_the_edge_and_the_uncertainty() -> None:
    extra = [*seen(3, 4), sample(F(5, 2), Sighting("Acme", HERE, 90.0)), sample(F(9, 4))]
    samples = sorted(extra, key=lambda each: each.at)
    [exposure] = run(samples, Timeline(F(1), F(10)))[0].exposures
    assert (exposure.start, exposure.opens_within) == (F(19, 8), F(1, 8))


def test_the_best_shot_is_large_and_certain_and_was_examined_itself() -> None:
    small, large = Box(0, 0, 0.1, 0.1), Box(0, 0, 0.4, 0.4)
    samples = [
        Sample(F(0), (Sighting("Acme", large, 50.0),), Picture(0, 0)),
        Sample(F(1), (Sighting("Acme", large, 99.0),), None),
        Sample(F(2), (Sighting("Acme", large, 80.0),), Picture(2000, 2)),
        Sample(F(3), (Sighting("Acme", small, 99.0),), Picture(3000, 3)),
    ]
    [exposure] = analyse(samples, Timeline(F(1), F(4)), PLAIN).exposures
    assert exposure.best
    assert exposure.best.picture == Picture(2000, 2)


def test_a_video_without_examined_frames_has_no_exposures() -> None:
    assert run([], Timeline(F(1), F(10)))[0].exposures == ()
