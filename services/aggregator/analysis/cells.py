"""Divides a video's time among its samples, pure: each sample speaks for the time around it, its cell.

The change between two samples may have come at any moment between them, so the expected moment is half-way: a
sample's cell reaches from there to half-way to the next sample. Where frames between them failed, the sample
before stands until half a step before the next (docs/decisions/0004). The last one speaks to the end of the
video. Where the video breaks off nobody knows what was on screen: no cell reaches over a break.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.analysis.sightings import Sample

HALF = Fraction(1, 2)
START = Fraction(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """The stretch of time a sample speaks for, in seconds.

    `opens_within` and `closes_within` say how far the moment at which something came or left, if it did at
    this cell's edge, may be from that edge.
    """

    start: Fraction
    end: Fraction
    opens_within: Fraction
    closes_within: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the cells of a video follow from: its sampling step and duration in seconds, and its breaks.

    `breaks` are the instants, sorted, from which on nothing was sampled until the next sample.
    """

    step: Fraction
    duration: Fraction
    breaks: tuple[Fraction, ...] = ()


def cells(samples: Sequence[Sample], timeline: Timeline) -> list[Cell]:
    """The cell of each sample; samples are sorted by time, no two at the same."""
    if not samples:
        return []
    times = [sample.at for sample in samples]
    befores = [START, *times[:-1]]
    starts = [_start(before, at, timeline.step) for before, at in zip(befores, times, strict=True)]
    stops = [*starts[1:], timeline.duration]
    afters = [*times[1:], timeline.duration]
    return [
        _cell(timeline, Neighbours(*around), start, stop)
        for around, start, stop in zip(zip(befores, times, afters, strict=True), starts, stops, strict=True)
    ]


def joined(cells: Sequence[Cell], before: int, after: int) -> bool:
    """Whether no break is between these two neighbours, neither of which is beyond the video's ends."""
    return before >= 0 and after < len(cells) and cells[before].end >= cells[after].start


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A sample's time and those of the samples before and after it, or of the video's ends."""

    before: Fraction
    at: Fraction
    after: Fraction


def _start(before: Fraction, at: Fraction, step: Fraction) -> Fraction:
    return at - min(at - before, step) * HALF


def _cell(timeline: Timeline, around: Neighbours, start: Fraction, stop: Fraction) -> Cell:
    known_until = _known_until(timeline, around.at)
    end = max(around.at, min(stop, known_until))
    return Cell(
        start=start,
        end=end,
        opens_within=max(start - around.before, around.at - start),
        # Of what follows a break nothing is said, so nothing of it is uncertain either.
        closes_within=end - around.at if known_until < stop else max(end - around.at, around.after - end),
    )


def _known_until(timeline: Timeline, at: Fraction) -> Fraction:
    following = bisect_right(timeline.breaks, at)
    if following == len(timeline.breaks):
        return timeline.duration
    return timeline.breaks[following] - timeline.step * HALF
