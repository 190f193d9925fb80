"""Samples of made-up videos, and strategies that draw them: what the analytics' tests have in common."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F

from hypothesis import strategies as st

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.exposure import Scene, analyse
from services.aggregator.analysis.measures import BrandTotal, totals
from services.aggregator.analysis.sightings import Box, Picture, Sample, Sighting
from shared.config.analysis import Analysis

PLAIN = Analysis(gap=0.0, median=0.0, shortest=0.0)  # every sighting counts, no missed sample is bridged
HERE = Box(0.1, 0.2, 0.5, 0.5)

steps = st.sampled_from([F(1), F(1, 2), F(1, 25), F(5, 2), F(7, 3)])
ratios = st.integers(0, 16).map(lambda sixteenths: sixteenths / 16)
brands = st.sampled_from(["Acme", "Bolt", "Curio"])


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Boxes within the frame, some of them without any width or height."""
    left, right = sorted((draw(ratios), draw(ratios)))
    top, bottom = sorted((draw(ratios), draw(ratios)))
    return Box(left, top, right - left, bottom - top)


sightings = st.builds(Sighting, brands, boxes(), st.floats(0, 100))
analyses = st.builds(
    Analysis,
    gap=st.sampled_from([0.0, 0.5, 1.0, 5.0]),
    overlap=st.sampled_from([0.0, 0.1, 0.5]),
    reach=st.sampled_from([0.0, 2.0, 50.0]),
    median=st.sampled_from([0.0, 50.0, 90.0]),
    shortest=st.sampled_from([0.0, 0.5, 3.0]),
)


@st.composite
def videos(draw: st.DrawFn) -> tuple[list[Sample], Timeline]:
    """Samples of a video with failed frames, blank ones and a break, and its step and duration."""
    step = draw(steps)
    seen = draw(st.lists(st.none() | st.lists(sightings, max_size=4), min_size=1, max_size=20))
    duration = step * len(seen) - step * draw(st.sampled_from([F(0), F(1, 3), F(1, 2), F(9, 10)]))
    samples = [
        sample(k * step, *logos, blank=draw(st.booleans()) and not logos)
        for k, logos in enumerate(seen)
        if logos is not None
    ]
    cut = draw(st.none() | st.integers(1, len(seen)))
    return samples, Timeline(step, duration, () if cut is None else (cut * step,))


def sample(at: F, *logos: Sighting, blank: bool = False) -> Sample:
    return Sample(at, logos, Picture(int(at * 1000), int(at)), blank)


def seen(*instants: int, count: int = 10, brand: str = "Acme", logos: int = 1) -> list[Sample]:
    """One sample a second, those of these instants with so many logos of a brand."""
    shown = [Sighting(brand, HERE, 90.0)] * logos
    return [sample(F(k), *(shown if k in instants else ())) for k in range(count)]


def run(
    samples: Sequence[Sample], timeline: Timeline, options: Analysis = PLAIN
) -> tuple[Scene, list[BrandTotal]]:
    scene = analyse(samples, timeline, options)
    return scene, totals(scene, {}, None)


def spans(samples: Sequence[Sample], options: Analysis = PLAIN, *breaks: F) -> list[tuple[float, float]]:
    """The exposures of a video sampled once a second, to a second after its last sample."""
    timeline = Timeline(F(1), samples[-1].at + 1, breaks)
    return [(float(each.start), float(each.end)) for each in run(samples, timeline, options)[0].exposures]
