"""What each brand's exposure amounts to over a whole video, pure. docs/exposure.md has every formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum, sqrt

from services.aggregator.analysis.exposure import (
    NO_TIME,
    Exposure,
    Points,
    Scene,
    Shot,
    by_brand,
    weighted_mean,
)
from services.aggregator.analysis.position import Grid, centre_weights, heat_map

SIZE_WEIGHTS = ((0.10, 1.0), (0.05, 0.75), (0.025, 0.5), (0.0, 0.25))  # from this share of the frame on


@dataclass(frozen=True, slots=True)
class BrandTotal:
    """A brand's exposure over a whole video. Times are in seconds, areas and shares run from 0 to 1.

    screen_time: with at least one logo of the brand on screen; it is right within `within` for certain, and
        within `deviation`, a standard deviation, as a rule. logo_seconds: the same, counting every logo.
    solus: with no other brand on screen. clutter: the mean number of other brands' logos beside it.
    share_of_voice, share_of_area: of all brands' screen time, and of their area-time.
    area_time: the integral of the area covered. mean_area, max_area: of one logo.
    centre_weight: the mean weight of its position. sharpness and clarity: None where no frame could be read.
    effective: screen time weighted by size, position and clarity. value: the same in money, at a rate.
    heat: seconds for which each cell of the frame was covered. best: the shot that shows the brand best.
    """

    brand: str
    screen_time: Fraction
    within: Fraction
    deviation: float
    logo_seconds: Fraction
    exposures: int
    longest: Fraction
    first_seen: Fraction
    last_seen: Fraction
    solus: float
    clutter: float
    area_time: float
    mean_area: float
    max_area: float
    centre_weight: float
    confidence: float
    sharpness: float | None
    clarity: float | None
    effective: float
    value: float | None
    heat: Grid
    best: Shot | None
    share_of_voice: float = 0.0
    share_of_area: float = 0.0


def totals(scene: Scene, sharpness: Mapping[Shot, float], rate: float | None) -> list[BrandTotal]:
    """One total per brand, the longest screen time first.

    `sharpness` holds that of the shots that could be read, 0 to 1; `rate` is the worth of a full second.
    """
    points = by_brand(scene.tracks)
    crowd = _Crowd(points)
    made = [_total(brand, own, scene, crowd, sharpness, rate) for brand, own in points.items()]
    time = sum((total.screen_time for total in made), NO_TIME)
    area = fsum(total.area_time for total in made)
    shared = [
        replace(
            total,
            share_of_voice=float(total.screen_time / time) if time else 0.0,
            share_of_area=total.area_time / area if area else 0.0,
        )
        for total in made
    ]
    return sorted(shared, key=lambda total: (-total.screen_time, total.brand))


class _Crowd:
    """How many logos, and of how many brands, each sample shows."""

    def __init__(self, points: Mapping[str, Points]) -> None:
        self._logos: dict[int, int] = {}
        self._brands: dict[int, int] = {}
        for own in points.values():
            for index, here in own.items():
                self._logos[index] = self._logos.get(index, 0) + len(here)
                self._brands[index] = self._brands.get(index, 0) + 1

    def others(self, index: int, own: int) -> int:
        return self._logos[index] - own

    def alone(self, index: int) -> bool:
        return self._brands[index] == 1


def _total(
    brand: str,
    points: Points,
    scene: Scene,
    crowd: _Crowd,
    sharpness: Mapping[Shot, float],
    rate: float | None,
) -> BrandTotal:
    own = [exposure for exposure in scene.exposures if exposure.brand == brand]
    lasting = {index: time for each in own for index, time in each.lasting(scene.cells).items()}
    seconds = {index: float(time) for index, time in lasting.items()}
    boxes = [point.box for here in points.values() for point in here]
    times = [seconds[index] for index, here in points.items() for _ in here]
    weights: list[float] = centre_weights(boxes).tolist()
    sharp, confidence = _mean_sharpness(own, sharpness), _mean_confidence(own)
    effective = _effective(own, _placed(points, weights), seconds, sharpness)
    return BrandTotal(
        brand=brand,
        screen_time=sum((exposure.seconds for exposure in own), NO_TIME),
        within=sum(_edges(own), NO_TIME),
        deviation=sqrt(fsum(float(within) ** 2 / 3 for within in _edges(own))),
        logo_seconds=sum((lasting[i] * len(here) for i, here in points.items()), NO_TIME),
        exposures=len(own),
        longest=max(exposure.seconds for exposure in own),
        first_seen=own[0].start,
        last_seen=own[-1].end,
        solus=fsum(seconds[index] for index in points if crowd.alone(index)),
        clutter=weighted_mean((seconds[i], crowd.others(i, len(here))) for i, here in points.items()),
        area_time=fsum(time * box.area for time, box in zip(times, boxes, strict=True)),
        mean_area=weighted_mean((time, box.area) for time, box in zip(times, boxes, strict=True)),
        max_area=max(exposure.max_area for exposure in own),
        centre_weight=weighted_mean(zip(times, weights, strict=True)),
        confidence=confidence,
        sharpness=sharp,
        clarity=None if sharp is None else sharp * confidence / 100,
        effective=effective,
        value=None if rate is None else rate * effective,
        heat=heat_map(boxes, times),
        best=best_shot(own),
    )


def _edges(own: Sequence[Exposure]) -> Iterator[Fraction]:
    """How far off each edge of the exposures may be, in seconds."""
    for exposure in own:
        yield from (exposure.opens_within, exposure.closes_within)


Placed = Mapping[int, Sequence[tuple[float, float]]]  # area and weight of the logos of each sample


def _placed(points: Points, weights: Sequence[float]) -> Placed:
    remaining = iter(weights)
    return {i: [(point.box.area, next(remaining)) for point in here] for i, here in points.items()}


def _mean_confidence(own: Sequence[Exposure]) -> float:
    return weighted_mean((float(exposure.seconds), exposure.confidence) for exposure in own)


def best_shot(own: Sequence[Exposure]) -> Shot | None:
    """The best shot of all these exposures."""
    shots = [(-each.confidence * sqrt(each.best.box.area), each.best) for each in own if each.best]
    return min(shots)[1] if shots else None


def _mean_sharpness(own: Sequence[Exposure], sharpness: Mapping[Shot, float]) -> float | None:
    known = [
        (float(each.seconds), sharpness[each.best]) for each in own if each.best and each.best in sharpness
    ]
    return weighted_mean(known) if known else None


def _effective(
    own: Sequence[Exposure],
    placed: Placed,
    seconds: Mapping[int, float],
    sharpness: Mapping[Shot, float],
) -> float:
    """The seconds of each sample, weighted by the size, position and clarity of what it shows."""
    weighted = []
    for exposure in own:
        clear = exposure.confidence / 100 * (sharpness.get(exposure.best, 1.0) if exposure.best else 1.0)
        weighted += [
            seconds[index] * quality(placed[index]) * clear
            for index in range(exposure.first, exposure.last + 1)
        ]
    return fsum(weighted)


def quality(logos: Sequence[tuple[float, float]]) -> float:
    """The weight, 0 to 1, of one sample's logos of a brand, each an area and the weight of its position."""
    area = min(1.0, fsum(area for area, _ in logos))
    size = next(weight for least, weight in SIZE_WEIGHTS if area >= least)
    return size * weighted_mean(logos)
