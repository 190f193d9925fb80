"""Exposure analytics, pure: from the brands seen in sampled frames to how long and how large each was shown.

A sample taken at time t tells what is on screen until the next sample. An exposure is a run of consecutive
samples that show the brand. Its true start lies somewhere in the step before its first sample, so the
expected start is half a step earlier, and likewise for its end: each edge is uncertain by half a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

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


def exposures(samples: Sequence[Sample], step: Fraction, duration: Fraction) -> list[Exposure]:
    """All exposures in the order of time; `samples` are sorted by time and at least `step` apart."""
    brands = {sighting.brand for sample in samples for sighting in sample.sightings}
    found = [exposure for brand in brands for exposure in _of_brand(brand, samples, step, duration)]
    return sorted(found, key=lambda exposure: (exposure.start, exposure.brand))


def totals(samples: Sequence[Sample], found: Sequence[Exposure], duration: Fraction) -> list[BrandTotal]:
    """One total per brand, the longest screen time first."""
    by_brand = {
        brand: list(group)
        for brand, group in groupby(sorted(found, key=lambda e: (e.brand, e.start)), key=lambda e: e.brand)
    }
    all_seconds = sum((exposure.seconds for exposure in found), Fraction(0))
    result = [_total(brand, own, samples, all_seconds, duration) for brand, own in by_brand.items()]
    return sorted(result, key=lambda total: (-total.screen_time, total.brand))


def _of_brand(
    brand: str, samples: Sequence[Sample], step: Fraction, duration: Fraction
) -> Iterable[Exposure]:
    ends = [sample.at for sample in samples[1:]] + [duration]
    for seen, group in groupby(
        zip(samples, ends, strict=True), key=lambda cell: bool(_areas(brand, cell[0]))
    ):
        if seen:
            cells = list(group)
            areas = [area for sample, _ in cells for area in _areas(brand, sample)]
            yield Exposure(
                brand=brand,
                start=max(Fraction(0), cells[0][0].at - step * HALF),
                end=_end(cells[-1][1], step, duration),
                samples=len(cells),
                mean_area=sum(areas) / len(areas),
                uncertainty=step * HALF,
            )


def _end(next_sample: Fraction, step: Fraction, duration: Fraction) -> Fraction:
    # Nothing after the last sample says that the brand left: it stays to the end of the video.
    return duration if next_sample >= duration else next_sample - step * HALF


def _areas(brand: str, sample: Sample) -> list[float]:
    return [sighting.area for sighting in sample.sightings if sighting.brand == brand]


def _total(
    brand: str,
    own: Sequence[Exposure],
    samples: Sequence[Sample],
    all_seconds: Fraction,
    duration: Fraction,
) -> BrandTotal:
    screen_time = sum((exposure.seconds for exposure in own), Fraction(0))
    areas = [area for sample in samples for area in _areas(brand, sample)]
    ends = [sample.at for sample in samples[1:]] + [duration]
    logo_seconds = sum(
        ((end - sample.at) * len(_areas(brand, sample)) for sample, end in zip(samples, ends, strict=True)),
        Fraction(0),
    )
    return BrandTotal(
        brand=brand,
        screen_time=screen_time,
        logo_seconds=logo_seconds,
        exposures=len(own),
        longest=max(exposure.seconds for exposure in own),
        first_seen=own[0].start,
        last_seen=own[-1].end,
        share_of_voice=float(screen_time / all_seconds) if all_seconds else 0.0,
        mean_area=sum(areas) / len(areas),
        max_area=max(areas),
    )
