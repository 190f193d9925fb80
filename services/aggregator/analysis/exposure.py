"""Merges tracks into exposures, pure: the stretches of time for which a brand is on screen.

An exposure is a run of samples whose cells touch and that all lie on a track of the brand. It begins where
the cell of its first sample begins and ends where that of its last ends, unless the video itself shows the
moment; how far off either edge may be is stated with it. docs/exposure.md has the formulas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum, sqrt

from services.aggregator.analysis.cells import Cell, Timeline, cells, joined
from services.aggregator.analysis.edges import NONE, Edges, Moment
from services.aggregator.analysis.sightings import Box, Picture, Sample
from services.aggregator.analysis.tracks import Point, Track, tracks
from shared.config.analysis import Analysis

NO_TIME = Fraction(0)


@dataclass(frozen=True, slots=True, order=True)
class Shot:
    """A logo in a frame that lies in S3: the one that shows an exposure best."""

    picture: Picture
    box: Box


@dataclass(frozen=True, slots=True)
class Exposure:
    """One stretch of a brand on screen; times are in seconds, areas in shares of the frame, 0 to 1.

    opens_within, closes_within: how far the true start and end may be from those given.
    first, last: the indexes of its samples; samples: in how many of them the brand was found itself.
    mean_area: of one logo, over the time it is shown.
    confidence: the mean of the detector's, in percent. best: None where no frame of it was examined itself.
    """

    brand: str
    start: Fraction
    end: Fraction
    opens_within: Fraction
    closes_within: Fraction
    first: int
    last: int
    samples: int
    mean_area: float
    max_area: float
    confidence: float
    best: Shot | None

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start

    def lasting(self, cells: Sequence[Cell]) -> dict[int, Fraction]:
        """The seconds each of its samples speaks for, by index: all of them are its own."""
        return _lasting(range(self.first, self.last + 1), (self.start, self.end), cells)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that was found in one video: its cells, one per sample, its tracks and their exposures."""

    cells: tuple[Cell, ...]
    tracks: tuple[Track, ...]
    exposures: tuple[Exposure, ...]  # in the order of time


def analyse(samples: Sequence[Sample], timeline: Timeline, options: Analysis, edges: Edges = NONE) -> Scene:
    """Link, filter and merge the sightings of a video; samples are sorted by time, no two at the same."""
    divided = cells(samples, timeline)
    linked = tracks(samples, divided, timeline.step, options)
    found = [
        _exposure(brand, run, samples, divided, edges)
        for brand, points in by_brand(linked).items()
        for run in _runs(points, divided)
    ]
    found.sort(key=lambda exposure: (exposure.start, exposure.brand))
    return Scene(tuple(divided), tuple(linked), tuple(found))


Points = dict[int, list[Point]]  # by the index of their sample, in order


def by_brand(linked: Iterable[Track]) -> dict[str, Points]:
    """The points of every brand."""
    gathered: defaultdict[str, defaultdict[int, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for track in linked:
        for point in track.points:
            gathered[track.brand][point.index].append(point)
    return {brand: dict(sorted(points.items())) for brand, points in sorted(gathered.items())}


def weighted_mean(values: Iterable[tuple[float, float]]) -> float:
    """The mean of (weight, value) pairs; summed exactly, so that their order does not matter."""
    pairs = list(values)
    total = fsum(weight for weight, _ in pairs)
    if not total:  # a stretch of no length at the very end of a video
        return fsum(value for _, value in pairs) / len(pairs)
    return fsum(weight * value for weight, value in pairs) / total


def _runs(points: Points, cells: Sequence[Cell]) -> Iterator[Points]:
    """The points of each stretch of cells that touch: the cells on both sides of a break do not."""
    run: Points = {}
    for index, here in points.items():
        if run and (index - 1 not in run or cells[index - 1].end < cells[index].start):
            yield run
            run = {}
        run[index] = here
    if run:
        yield run


def _exposure(
    brand: str, run: Points, samples: Sequence[Sample], cells: Sequence[Cell], edges: Edges
) -> Exposure:
    first, last = min(run), max(run)
    start = _moment(brand, True, first, samples, cells, edges)
    end = _moment(brand, False, last, samples, cells, edges)
    lasting = _lasting(run, (start.at, end.at), cells)
    found = [point for here in run.values() for point in here if point.confidence is not None]
    return Exposure(
        brand=brand,
        start=start.at,
        end=end.at,
        opens_within=start.within,
        closes_within=end.within,
        first=first,
        last=last,
        samples=len({point.index for point in found}),
        mean_area=weighted_mean(
            (float(lasting[index]), point.box.area) for index, here in run.items() for point in here
        ),
        max_area=max(point.box.area for point in found),
        confidence=fsum(point.confidence or 0.0 for point in found) / len(found),
        best=_best(found, samples),
    )


def _moment(
    brand: str, comes: bool, at: int, samples: Sequence[Sample], cells: Sequence[Cell], edges: Edges
) -> Moment:
    """When the brand came that this sample is the first to show, or left, if it is the last."""
    before, after = (at - 1, at) if comes else (at, at + 1)
    cell = cells[at]
    unseen = Moment(cell.start, cell.opens_within) if comes else Moment(cell.end, cell.closes_within)
    if not joined(cells, before, after):
        return unseen
    return edges.between(brand, comes, samples[before].at, samples[after].at) or unseen


def _lasting(
    run: Collection[int], span: tuple[Fraction, Fraction], cells: Sequence[Cell]
) -> dict[int, Fraction]:
    """The seconds of the span that each sample of a run speaks for: its cell, the outer ones to the ends."""
    first, last = min(run), max(run)
    return {
        index: (span[1] if index == last else cells[index].end)
        - (span[0] if index == first else cells[index].start)
        for index in run
    }


def _best(found: Sequence[Point], samples: Sequence[Sample]) -> Shot | None:
    """The logo that is both large and certain, among the frames that were examined themselves."""
    shots = [
        (-(point.confidence or 0.0) * sqrt(point.box.area), Shot(picture, point.box))
        for point in found
        if (picture := samples[point.index].picture) is not None
    ]
    return min(shots)[1] if shots else None
