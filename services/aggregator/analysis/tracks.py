"""Links sightings of consecutive samples into tracks, pure: one track is one logo for as long as it is seen.

Two sightings of a brand are the same logo when their boxes overlap or the centre has moved by no more than so
many box sizes; of several candidates the nearest pair is linked first. A track that is missed for no longer
than the gap goes on, with its box interpolated. A track that is seen in too few samples, or whose median
confidence is low, is flicker and dropped: the median of its scores, padded with misses to the number of
samples that the shortest exposure gives, is a miss or below the threshold. (The filter is Frigate's, which
pads to three.) As there, more is asked of the median, 50 %, than of each score, 40 %: a logo that is seen
steadily may be unsure at times, and one that is never more likely there than not is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import hypot
from statistics import median_low

from services.aggregator.analysis.cells import Cell
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from shared.config.analysis import Analysis

MOST_PADDING = 3  # samples, as Frigate's
MISS = -1.0  # the score of a sample that does not show the logo: less than any detector's


@dataclass(frozen=True, slots=True)
class Point:
    """A track at one sample, by its index; `confidence` is None where the logo was missed in between."""

    index: int
    box: Box
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Track:
    """One logo from the first sample that shows it to the last, with a point at every sample between."""

    brand: str
    points: tuple[Point, ...]

    @property
    def scores(self) -> list[float]:
        return [point.confidence for point in self.points if point.confidence is not None]


def tracks(
    samples: Sequence[Sample], cells: Sequence[Cell], step: Fraction, options: Analysis
) -> list[Track]:
    """All tracks but flicker, by brand and then by their first points."""
    linker = _Linker(cells, options)
    for index, sample in enumerate(samples):
        linker.add(index, sample)
    padding = _padding(step, options.shortest)
    made = [_filled(brand, points, samples) for brand, points in linker.ended()]
    kept = [track for track in made if _median(track.scores, padding) >= options.median]
    return sorted(kept, key=lambda track: (track.brand, track.points[0].index, track.points[0].box))


def iou(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    common = one.common(other)
    return common / (one.area + other.area - common) if common else 0.0


def apart(one: Box, other: Box) -> float:
    """How far the centres of two boxes are apart, in mean widths and heights of the two."""
    across = one.left + one.right - other.left - other.right
    down = one.top + one.bottom - other.top - other.bottom
    return hypot(_relative(across, one.width + other.width), _relative(down, one.height + other.height))


def _relative(distance: float, size: float) -> float:
    return distance / size if size else 0.0 if not distance else float("inf")


def _padding(step: Fraction, shortest: float) -> int:
    return min(MOST_PADDING, max(1, int(Fraction(shortest) / step)))


def _median(scores: Sequence[float], padding: int) -> float:
    return median_low([*scores, *[MISS] * (padding - len(scores))])


class _Linker:
    """The tracks that are still open, by brand, and those that have ended."""

    def __init__(self, cells: Sequence[Cell], options: Analysis) -> None:
        self._cells = cells
        self._options = options
        self._open: defaultdict[str, list[list[Point]]] = defaultdict(list)
        self._ended: list[tuple[str, list[Point]]] = []

    def add(self, index: int, sample: Sample) -> None:
        interrupted = sample.blank or self._broken_before(index)
        self._end(lambda last: interrupted or self._missed(last, index) > self._options.gap)
        seen: defaultdict[str, list[Sighting]] = defaultdict(list)
        for sighting in sorted(sample.sightings):
            seen[sighting.brand].append(sighting)
        for brand, sightings in seen.items():
            self._link(index, self._open[brand], sightings)

    def ended(self) -> list[tuple[str, list[Point]]]:
        self._end(lambda _: True)
        return self._ended

    def _broken_before(self, index: int) -> bool:
        return index > 0 and self._cells[index - 1].end < self._cells[index].start

    def _missed(self, last: Point, index: int) -> Fraction:
        return self._cells[index].start - self._cells[last.index].end

    def _end(self, over: Callable[[Point], bool]) -> None:
        for brand, tracks in self._open.items():
            going_on = []
            for points in tracks:
                if over(points[-1]):
                    self._ended.append((brand, points))
                else:
                    going_on.append(points)
            tracks[:] = going_on

    def _link(self, index: int, tracks: list[list[Point]], sightings: Sequence[Sighting]) -> None:
        free = dict(enumerate(sightings))
        for number, chosen in _pairs([points[-1].box for points in tracks], sightings, self._options):
            found = free.pop(chosen)
            tracks[number].append(Point(index, found.box, found.confidence))
        tracks += [[Point(index, found.box, found.confidence)] for found in free.values()]


def _pairs(
    boxes: Sequence[Box], sightings: Sequence[Sighting], options: Analysis
) -> Iterator[tuple[int, int]]:
    """Which track goes on with which sighting, the nearest pairs first."""
    candidates = sorted(
        (cost, track, chosen)
        for track, box in enumerate(boxes)
        for chosen, found in enumerate(sightings)
        if (cost := _cost(box, found.box, options)) is not None
    )
    taken: set[int] = set()
    given: set[int] = set()
    for _, track, chosen in candidates:
        if track not in taken and chosen not in given:
            taken.add(track)
            given.add(chosen)
            yield track, chosen


def _cost(one: Box, other: Box, options: Analysis) -> float | None:
    """How little two boxes look like the same logo; None if they cannot be."""
    overlap, moved = iou(one, other), apart(one, other)
    if overlap < options.overlap and moved > options.reach:
        return None
    return moved - overlap


def _filled(brand: str, points: Sequence[Point], samples: Sequence[Sample]) -> Track:
    """The track with a point at every sample, those that were missed being interpolated in time."""
    every = [points[0]]
    for before, after in pairwise(points):
        missed = range(before.index + 1, after.index)
        every += [Point(index, _between(before, after, samples, index), None) for index in missed]
        every.append(after)
    return Track(brand, tuple(every))


def _between(before: Point, after: Point, samples: Sequence[Sample], index: int) -> Box:
    since, to = samples[before.index].at, samples[after.index].at
    share = float((samples[index].at - since) / (to - since))
    return blend(before.box, after.box, share)


def blend(one: Box, other: Box, share: float) -> Box:
    """The box on the way from one (0) to the other (1)."""
    return Box(
        one.left + share * (other.left - one.left),
        one.top + share * (other.top - one.top),
        one.width + share * (other.width - one.width),
        one.height + share * (other.height - one.height),
    )
