"""What exposure amounts to: totals that add up, stay within their bounds, and do not depend on the order."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.exposure import analyse
from services.aggregator.analysis.measures import BrandTotal, quality, totals
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from shared.config.analysis import Analysis
from tests.unit.aggregator.shown import HERE, analyses, run, sample, seen, videos

Video = tuple[list[Sample], Timeline]


def same(one: BrandTotal, other: BrandTotal) -> bool:
    nowhere = np.zeros(1)
    return np.array_equal(one.heat, other.heat) and replace(one, heat=nowhere) == replace(other, heat=nowhere)


# --- properties


@given(videos(), analyses)
def test_screen_time_is_the_sum_of_the_exposures(video: Video, options: Analysis) -> None:
    scene, found = run(*video, options)
    for total in found:
        own = [exposure for exposure in scene.exposures if exposure.brand == total.brand]
        assert total.screen_time == sum(exposure.seconds for exposure in own)
        assert total.exposures == len(own)
        assert (total.first_seen, total.last_seen) == (own[0].start, own[-1].end)
        assert total.within == sum(exposure.opens_within + exposure.closes_within for exposure in own)


@given(videos(), analyses)
def test_every_measure_keeps_within_its_bounds(video: Video, options: Analysis) -> None:
    for total in run(*video, options)[1]:
        seconds = float(total.screen_time)
        assert total.longest <= total.screen_time <= min(video[1].duration, total.logo_seconds)
        assert -1e-9 <= total.solus <= seconds + 1e-9
        assert 0 <= total.mean_area <= total.max_area + 1e-9 <= 1 + 2e-9
        assert 0.5 - 1e-9 <= total.centre_weight <= 1 + 1e-9
        assert 0 <= total.effective <= seconds + 1e-9
        assert total.area_time <= float(total.logo_seconds) + 1e-9
        assert 0 <= total.confidence <= 100
        assert total.deviation <= float(total.within) + 1e-9


@given(videos(), analyses)
def test_shares_sum_to_one(video: Video, options: Analysis) -> None:
    _, found = run(*video, options)
    if sum(total.screen_time for total in found):
        assert sum(total.share_of_voice for total in found) == pytest.approx(1.0)
    if sum(total.area_time for total in found):
        assert sum(total.share_of_area for total in found) == pytest.approx(1.0)


@given(videos(), analyses, st.randoms(use_true_random=False))
def test_the_order_of_the_logos_in_a_frame_is_irrelevant(
    video: Video, options: Analysis, chance: random.Random
) -> None:
    samples, timeline = video
    shuffled = [
        replace(each, sightings=tuple(chance.sample(each.sightings, len(each.sightings)))) for each in samples
    ]
    ours, theirs = run(samples, timeline, options)[1], run(shuffled, timeline, options)[1]
    assert len(ours) == len(theirs)
    assert all(same(one, other) for one, other in zip(ours, theirs, strict=True))


@given(videos())
def test_a_brand_seen_twice_over_has_the_same_screen_time_and_twice_the_logo_seconds(video: Video) -> None:
    samples, timeline = video
    doubled = [replace(each, sightings=each.sightings * 2) for each in samples]
    once = {total.brand: total for total in run(samples, timeline)[1]}
    twice = {total.brand: total for total in run(doubled, timeline)[1]}
    assert once.keys() == twice.keys()
    for brand, total in once.items():
        assert twice[brand].screen_time == total.screen_time
        assert twice[brand].logo_seconds == 2 * total.logo_seconds


def at_steps(samples: list[Sample], step: F, first: F) -> list[Sample]:
    return [replace(each, at=first + k * step) for k, each in enumerate(samples)]


@given(videos(), videos())
def test_two_videos_with_a_break_between_them_add_up(one: Video, other: Video) -> None:
    (first, timeline), (second, _) = one, other
    step, ends = timeline.step, timeline.step * len(first)
    joined = [*at_steps(first, step, F(0)), *at_steps(second, step, ends + step)]
    both = Timeline(step, ends + step * (1 + len(second)), (ends,))
    parts = [
        *run(at_steps(first, step, F(0)), Timeline(step, ends - step / 2))[1],
        *run(at_steps(second, step, step), Timeline(step, step * (1 + len(second))))[1],
    ]
    for total in run(joined, both)[1]:
        own = [part for part in parts if part.brand == total.brand]
        assert total.screen_time == sum(part.screen_time for part in own)
        assert total.logo_seconds == sum(part.logo_seconds for part in own)
        assert total.exposures == sum(part.exposures for part in own)
        assert total.area_time == pytest.approx(sum(part.area_time for part in own))
        assert total.effective == pytest.approx(sum(part.effective for part in own))


# --- known answers


def test_known_totals() -> None:
    samples = seen(0, 1, 2, 3, 8, 9, logos=2)
    half, tenth = Box(0, 0, 1, 0.5), Box(0, 0.5, 0.2, 0.5)
    samples[5] = sample(F(5), Sighting("Bolt", half, 80.0), Sighting("Bolt", tenth, 80.0))
    acme, bolt = run(samples, Timeline(F(1), F(10)))[1]
    assert (acme.screen_time, acme.logo_seconds, acme.exposures, acme.longest) == (F(6), F(12), 2, F(7, 2))
    assert (acme.first_seen, acme.last_seen) == (F(0), F(10))
    assert (acme.mean_area, acme.max_area, acme.area_time) == (0.25, 0.25, 3.0)
    assert (acme.solus, acme.clutter) == (6.0, 0.0)
    assert (acme.within, acme.share_of_voice) == (F(2), float(F(6, 7)))
    assert (bolt.screen_time, bolt.logo_seconds, bolt.max_area) == (F(1), F(2), 0.5)
    assert bolt.mean_area == pytest.approx(0.3)
    assert bolt.area_time == pytest.approx(0.6)


def test_brands_beside_each_other_are_not_alone_but_clutter() -> None:
    acme, bolt = Sighting("Acme", HERE, 90.0), Sighting("Bolt", HERE, 90.0)
    samples = [sample(F(0), acme), sample(F(1), acme, bolt, bolt), sample(F(2), bolt), sample(F(3))]
    found = {total.brand: total for total in run(samples, Timeline(F(1), F(4)))[1]}
    assert (found["Acme"].solus, found["Bolt"].solus) == (0.5, 1.0)
    assert found["Acme"].clutter == pytest.approx(2 * 1.0 / 1.5)


def test_the_deviation_is_that_of_independent_even_errors() -> None:
    [total] = run(seen(3), Timeline(F(1), F(10)))[1]
    assert total.deviation == pytest.approx((2 * 0.5**2 / 3) ** 0.5)


@pytest.mark.parametrize(
    ("area", "weight"), [(0.0, 0.25), (0.024, 0.25), (0.025, 0.5), (0.05, 0.75), (0.1, 1.0), (1.0, 1.0)]
)
def test_larger_logos_weigh_more(area: float, weight: float) -> None:
    assert quality([(area, 1.0)]) == weight


def test_clarity_and_value_follow_from_sharpness_and_rate() -> None:
    scene = analyse(seen(2, 3), Timeline(F(1), F(10)), Analysis())
    [exposure] = scene.exposures
    assert exposure.best
    [total] = totals(scene, {exposure.best: 0.5}, rate=10.0)
    assert total.sharpness == 0.5
    assert total.clarity == pytest.approx(0.45)
    assert total.value == pytest.approx(10 * total.effective)
    assert total.effective == pytest.approx(2.0 * total.centre_weight * 0.45)


def test_without_a_picture_there_is_no_clarity_and_without_a_rate_no_value() -> None:
    [total] = run(seen(2, 3), Timeline(F(1), F(10)))[1]
    assert (total.sharpness, total.clarity, total.value) == (None, None, None)
