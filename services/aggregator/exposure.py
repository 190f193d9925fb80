"""Exposure analytics, pure: from the brands seen in sampled frames to how long and how large each was shown.

An exposure is a run of consecutive samples that show the brand. Its true start lies somewhere in the step
before its first sample, so the expected start is half a step earlier, and likewise for its end: each edge is
uncertain by half a step. So each sample speaks for the time from half a step before it to half a step before
the next one, and the last to the end of the video. Where the video breaks off nobody knows what was on
screen: no sample speaks for what comes after a break.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from math import fsum

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One logo in one sample; `area` is the share of the frame its box covers, 0 to 1."""

    brand: str
    area: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What one examined frame shows; `at` is its sampling instant in seconds."""

    at: Fraction
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """One stretch of a brand on screen, in seconds; both edges are uncertain by `uncertainty`."""

    brand: str
    start: Fraction
    end: Fraction
    samples: int
    mean_area: float
    uncertainty: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class BrandTotal:
    """A brand's exposure over a whole video.

    screen_time: seconds with at least one logo of the brand on screen.
    logo_seconds: the same, counting every logo of the brand.
    share_of_voice: screen_time over the screen times of all brands, 0 to 1.
    mean_area: mean share of the frame that one logo of the brand covers, 0 to 1.
    """

    brand: str
    screen_time: Fraction
    logo_seconds: Fraction
    exposures: int
    longest: Fraction
    first_seen: Fraction
    last_seen: Fraction
    share_of_voice: float
    mean_area: float
    max_area: float


@dataclass(frozen=True, slots=True)
class _Cell:
    """A sample and the stretch of time it speaks for, in seconds."""

    sample: Sample
    start: Fraction
    end: Fraction

    def areas(self, brand: str) -> list[float]:
        return [sighting.area for sighting in self.sample.sightings if sighting.brand == brand]


def exposures(
    samples: Sequence[Sample], step: Fraction, duration: Fraction, breaks: Sequence[Fraction] = ()
) -> list[Exposure]:
    """All exposures in the order of time; `samples` are sorted by time and at least `step` apart.

    `breaks` are the instants, in seconds and sorted, from which on nothing was sampled until the next sample.
    """
    cells = _cells(samples, step, duration, breaks)
    brands = {sighting.brand for sample in samples for sighting in sample.sightings}
    found = [exposure for brand in brands for exposure in _of_brand(brand, cells, step)]
    return sorted(found, key=lambda exposure: (exposure.start, exposure.brand))


def totals(
    samples: Sequence[Sample],
    found: Sequence[Exposure],
    step: Fraction,
    duration: Fraction,
    breaks: Sequence[Fraction] = (),
) -> list[BrandTotal]:
    """One total per brand, the longest screen time first."""
    by_brand = {
        brand: list(group)
        for brand, group in groupby(sorted(found, key=lambda e: (e.brand, e.start)), key=lambda e: e.brand)
    }
    cells = _cells(samples, step, duration, breaks)
    all_seconds = sum((exposure.seconds for exposure in found), Fraction(0))
    result = [_total(brand, own, cells, all_seconds) for brand, own in by_brand.items()]
    return sorted(result, key=lambda total: (-total.screen_time, total.brand))


def _cells(
    samples: Sequence[Sample], step: Fraction, duration: Fraction, breaks: Sequence[Fraction]
) -> list[_Cell]:
    # Nothing after the last sample says that a brand left: it stays to the end of the video.
    edges = [*[max(Fraction(0), sample.at - step * HALF) for sample in samples], duration]
    cells = []
    for sample, (start, end) in zip(samples, pairwise(edges), strict=True):
        known_until = next((at - step * HALF for at in breaks if at > sample.at), duration)
        cells.append(_Cell(sample, start, min(end, known_until)))
    return cells


def _of_brand(brand: str, cells: Sequence[_Cell], step: Fraction) -> Iterable[Exposure]:
    for seen, group in groupby(cells, key=lambda cell: bool(cell.areas(brand))):
        for run in _unbroken(group) if seen else ():
            areas = [area for cell in run for area in cell.areas(brand)]
            yield Exposure(
                brand=brand,
                start=run[0].start,
                end=run[-1].end,
                samples=len(run),
                mean_area=_mean(areas),
                uncertainty=step * HALF,
            )


def _unbroken(cells: Iterable[_Cell]) -> Iterable[list[_Cell]]:
    """Runs of cells that touch: the cells on both sides of a break do not."""
    run: list[_Cell] = []
    for cell in cells:
        if run and run[-1].end < cell.start:
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def _total(brand: str, own: Sequence[Exposure], cells: Sequence[_Cell], all_seconds: Fraction) -> BrandTotal:
    screen_time = sum((exposure.seconds for exposure in own), Fraction(0))
    areas = [area for cell in cells for area in cell.areas(brand)]
    logo_seconds = sum(((cell.end - cell.start) * len(cell.areas(brand)) for cell in cells), Fraction(0))
    return BrandTotal(
        brand=brand,
        screen_time=screen_time,
        logo_seconds=logo_seconds,
        exposures=len(own),
        longest=max(exposure.seconds for exposure in own),
        first_seen=own[0].start,
        last_seen=own[-1].end,
        share_of_voice=float(screen_time / all_seconds) if all_seconds else 0.0,
        mean_area=_mean(areas),
        max_area=max(areas),
    )


def _mean(areas: Sequence[float]) -> float:
    return fsum(areas) / len(areas)  # exact, so that the order of the logos in a frame does not matter
