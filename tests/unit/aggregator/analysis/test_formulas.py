"""The totals, worked out once more by brute force, from docs/exposure.md alone and by none of our formulas.

Every logo counts, none is bridged and none moves too far, so which samples show a brand is plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.exposure import analyse
from services.aggregator.analysis.measures import totals
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from tests.unit.aggregator.shown import PLAIN, videos

RATE, SHARP = 2.5, 0.5
WEIGHTS = ((0.5, 0.75, 0.5), (0.75, 1.0, 0.75), (0.5, 0.75, 0.5))
Figures = dict[str, Any]


def common(box: Box, left: float, top: float, width: float, height: float) -> float:
    """The area that a box shares with a rectangle."""
    across = min(box.left + box.width, left + width) - max(box.left, left)
    down = min(box.top + box.height, top + height) - max(box.top, top)
    return max(0.0, across) * max(0.0, down)


def place(box: Box) -> float:
    """g: the mean of the weights of the ninths of the frame over the box."""
    parts = [(common(box, c / 3, r / 3, 1 / 3, 1 / 3), WEIGHTS[r][c]) for r in range(3) for c in range(3)]
    return mean(parts)


def heat(logos: Sequence[tuple[float, Box]]) -> list[list[float]]:
    return [
        [sum(w * 144 * common(box, c / 16, r / 9, 1 / 16, 1 / 9) for w, box in logos) for c in range(16)]
        for r in range(9)
    ]


def mean(pairs: Sequence[tuple[float, float]]) -> float:
    return sum(weight * value for weight, value in pairs) / sum(weight for weight, _ in pairs)


def size(area: float) -> float:
    return 0.25 * (1 + (area >= 0.025) + (area >= 0.05) + (area >= 0.1))


def quality(logos: Sequence[Sighting], clarity: float) -> float:
    """q: of the logos of one brand in a sample."""
    areas = [logo.box.width * logo.box.height for logo in logos]
    where = mean([(area, place(logo.box)) for area, logo in zip(areas, logos, strict=True)])
    return size(min(1.0, sum(areas))) * where * clarity


def cells(samples: Sequence[Sample], timeline: Timeline) -> list[tuple[F, F]]:
    """c: where the time begins that each sample speaks for, and where it ends."""
    times = [sample.at for sample in samples]
    begins = [at - min(at - before, timeline.step) / 2 for before, at in pairwise([F(0), *times])]
    ends = [*begins[1:], timeline.duration]
    for x in timeline.breaks:
        for i, at in enumerate(times):
            if at < x and (i + 1 == len(times) or times[i + 1] >= x):
                ends[i] = max(at, min(ends[i], x - timeline.step / 2))
    return [(begin, max(at, end)) for begin, at, end in zip(begins, times, ends, strict=True)]


def runs(shown: Sequence[int], divided: Sequence[tuple[F, F]]) -> list[list[int]]:
    """The samples of each exposure: those whose cells touch."""
    made = [[shown[0]]]
    for before, after in pairwise(shown):
        if after == before + 1 and divided[before][1] >= divided[after][0]:
            made[-1].append(after)
        else:
            made.append([after])
    return made


def by_hand(brand: str, samples: Sequence[Sample], timeline: Timeline) -> Figures:
    divided = cells(samples, timeline)
    w = [float(end - begin) for begin, end in divided]
    own = [[s for s in sample.sightings if s.brand == brand] for sample in samples]
    exposures = runs([i for i, here in enumerate(own) if here], divided)
    spans = [(divided[run[0]][0], divided[run[-1]][1]) for run in exposures]
    lengths = [float(end - start) for start, end in spans]
    sure = [fmean(s.confidence for i in run for s in own[i]) for run in exposures]
    logos = [(w[i], s.box) for i, here in enumerate(own) for s in here]
    time, seen = sum(lengths), sum(weight for weight, _ in logos)
    effective = sum(
        w[i] * quality(own[i], SHARP * confidence / 100)
        for run, confidence in zip(exposures, sure, strict=True)
        for i in run
    )
    area = sum(weight * box.width * box.height for weight, box in logos)
    confidence = mean(list(zip(lengths, sure, strict=True)))
    others = [len(sample.sightings) - len(here) for sample, here in zip(samples, own, strict=True)]
    return {
        "screen_time": time,
        "logo_seconds": seen,
        "exposures": len(exposures),
        "longest": max(lengths),
        "first_seen": float(spans[0][0]),
        "last_seen": float(spans[-1][1]),
        "solus": sum(w[i] for i, here in enumerate(own) if here and not others[i]),
        "clutter": sum(w[i] * others[i] for i, here in enumerate(own) if here) / time,
        "area_time": area,
        "mean_area": area / seen,
        "max_area": max(box.width * box.height for _, box in logos),
        "centre_weight": sum(weight * place(box) for weight, box in logos) / seen,
        "confidence": confidence,
        "sharpness": SHARP,
        "clarity": SHARP * confidence / 100,
        "effective": effective,
        "value": RATE * effective,
        "heat": heat(logos),
    }


def solid(samples: Sequence[Sample]) -> list[Sample]:
    """The same, with boxes that cover something: of others the formulas' means are not defined."""
    return [replace(each, sightings=tuple(map(_solid, each.sightings))) for each in samples]


def _solid(logo: Sighting) -> Sighting:
    left, top = min(logo.box.left, 15 / 16), min(logo.box.top, 15 / 16)
    return replace(logo, box=Box(left, top, max(logo.box.width, 1 / 16), max(logo.box.height, 1 / 16)))


@given(videos())
def test_the_totals_are_those_of_the_documented_formulas(video: tuple[list[Sample], Timeline]) -> None:
    samples, timeline = solid(video[0]), video[1]
    scene = analyse(samples, timeline, PLAIN)
    found = totals(scene, {each.best: SHARP for each in scene.exposures if each.best}, RATE)
    brands = {logo.brand for sample in samples for logo in sample.sightings}
    wanted = {brand: by_hand(brand, samples, timeline) for brand in brands}
    assert {total.brand for total in found} == brands
    for total in found:
        for name, figure in wanted[total.brand].items():
            told = np.asarray(getattr(total, name), np.float64)
            assert told == pytest.approx(np.asarray(figure), abs=1e-9), name
        for share, part in (("share_of_voice", "screen_time"), ("share_of_area", "area_time")):
            whole = sum(each[part] for each in wanted.values())
            assert getattr(total, share) == pytest.approx(wanted[total.brand][part] / whole), share
