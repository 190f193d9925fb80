"""Exposure analytics: stretches of screen time that are right within a step, and totals that add up."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.exposure import BrandTotal, Exposure, Sample, Sighting, exposures, totals

steps = st.sampled_from([F(1), F(1, 2), F(1, 25), F(5, 2), F(7, 3)])
sightings = st.builds(Sighting, st.sampled_from(["Acme", "Bolt", "Curio"]), st.floats(0, 1))


@st.composite
def videos(draw: st.DrawFn) -> tuple[list[Sample], F, F]:
    """Samples of a video with gaps where frames failed, its step, and its duration."""
    step = draw(steps)
    seen = draw(st.lists(st.none() | st.lists(sightings, max_size=4), min_size=1, max_size=25))
    duration = step * len(seen) - step * draw(st.sampled_from([F(0), F(1, 3), F(1, 2), F(9, 10)]))
    samples = [Sample(k * step, tuple(logos)) for k, logos in enumerate(seen) if logos is not None]
    return samples, step, duration


def run(samples: list[Sample], step: F, duration: F) -> tuple[list[Exposure], list[BrandTotal]]:
    found = exposures(samples, step, duration)
    return found, totals(samples, found, step, duration)


# --- properties


@given(videos())
def test_exposures_of_a_brand_never_overlap_or_touch(video: tuple[list[Sample], F, F]) -> None:
    found, _ = run(*video)
    for brand in {exposure.brand for exposure in found}:
        own = [exposure for exposure in found if exposure.brand == brand]
        assert all(earlier.end < later.start for earlier, later in pairwise(own))


@given(videos())
def test_exposures_lie_within_the_video_in_the_order_of_time(video: tuple[list[Sample], F, F]) -> None:
    found, _ = run(*video)
    assert all(0 <= exposure.start < exposure.end <= video[2] for exposure in found)
    assert [exposure.start for exposure in found] == sorted(exposure.start for exposure in found)


@given(videos())
def test_every_sighting_lies_in_an_exposure_of_its_brand_and_no_other_sample_does(
    video: tuple[list[Sample], F, F],
) -> None:
    found, _ = run(*video)
    for sample in video[0]:
        seen = {sighting.brand for sighting in sample.sightings}
        shown = {e.brand for e in found if e.start <= sample.at < e.end}
        assert shown == seen


@given(videos())
def test_screen_time_never_exceeds_the_video_nor_the_time_of_all_its_logos(
    video: tuple[list[Sample], F, F],
) -> None:
    found, brands = run(*video)
    for total in brands:
        own = [exposure for exposure in found if exposure.brand == total.brand]
        assert total.screen_time == sum(exposure.seconds for exposure in own)
        assert total.longest <= total.screen_time <= min(video[2], total.logo_seconds)
        assert (total.first_seen, total.last_seen) == (own[0].start, own[-1].end)


@given(videos())
def test_shares_of_voice_sum_to_one(video: tuple[list[Sample], F, F]) -> None:
    _, brands = run(*video)
    if brands:
        assert sum(total.share_of_voice for total in brands) == pytest.approx(1.0)


@given(videos(), st.randoms())
def test_the_order_of_the_logos_in_a_frame_is_irrelevant(
    video: tuple[list[Sample], F, F], chance: object
) -> None:
    samples, step, duration = video
    shuffled = [
        Sample(sample.at, tuple(chance.sample(sample.sightings, len(sample.sightings))))  # type: ignore[attr-defined]
        for sample in samples
    ]
    assert run(shuffled, step, duration) == run(samples, step, duration)


@given(steps, st.integers(2, 40), st.fractions(0, 1), st.fractions(0, 1))
def test_each_edge_is_within_one_step_of_the_truth(step: F, count: int, one: F, other: F) -> None:
    duration = step * count
    start, end = sorted((one * duration, other * duration))
    samples = [
        Sample(k * step, (Sighting("Acme", 0.1),) if start <= k * step < end else ()) for k in range(count)
    ]
    found = exposures(samples, step, duration)
    if not found:
        assert end - start <= step  # too short to be sampled for certain
        return
    [exposure] = found
    assert abs(exposure.start - start) <= exposure.uncertainty == step / 2
    assert abs(exposure.end - end) <= step


# --- known answers


def seen(*instants: int, count: int = 10, brand: str = "Acme", logos: int = 1) -> list[Sample]:
    shown = (Sighting(brand, 0.25),) * logos
    return [Sample(F(k), shown if k in instants else ()) for k in range(count)]


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
    found = exposures(seen(*instants), F(1), F(10))
    assert [(float(exposure.start), float(exposure.end)) for exposure in found] == stretches


def test_known_totals() -> None:
    samples = seen(0, 1, 2, 3, 8, 9, logos=2)
    samples[5] = Sample(F(5), (Sighting("Bolt", 0.5), Sighting("Bolt", 0.1)))
    acme, bolt = run(samples, F(1), F(10))[1]
    assert acme == BrandTotal(
        brand="Acme",
        screen_time=F(6),
        logo_seconds=F(12),
        exposures=2,
        longest=F(7, 2),
        first_seen=F(0),
        last_seen=F(10),
        share_of_voice=float(F(6, 7)),
        mean_area=0.25,
        max_area=0.25,
    )
    assert (bolt.screen_time, bolt.logo_seconds, bolt.max_area) == (F(1), F(2), 0.5)
    assert bolt.mean_area == pytest.approx(0.3)


def test_a_failed_frame_between_two_sightings_does_not_end_an_exposure() -> None:
    samples = [sample for sample in seen(3, 5) if sample.at != 4]
    assert [(float(e.start), float(e.end), e.samples) for e in exposures(samples, F(1), F(10))] == [
        (2.5, 5.5, 2)
    ]


def test_a_video_without_examined_frames_has_no_exposures() -> None:
    assert run([], F(1), F(10)) == ([], [])


def test_nothing_is_credited_where_the_video_breaks_off() -> None:
    samples = [Sample(F(at), (Sighting("Acme", 0.2),)) for at in (0, 1, 2, 8, 9)]
    found = exposures(samples, F(1), F(12), breaks=[F(3), F(10)])
    assert [(each.start, each.end) for each in found] == [(F(0), F(5, 2)), (F(15, 2), F(19, 2))]
    [total] = totals(samples, found, F(1), F(12), breaks=[F(3), F(10)])
    assert total.screen_time == F(9, 2)
