"""Where each logo is at any moment, pure: a finished video's tracks, interpolated between its samples."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.aggregator.analysis.cells import Cell, Timeline, cells
from services.aggregator.analysis.sightings import Box, Sample, sighting
from services.aggregator.analysis.tracks import Point, Track, blend, tracks
from shared.config.analysis import Analysis
from shared.messaging.messages import Detection


@dataclass(frozen=True, slots=True)
class Shown:
    """A logo at one moment; `confidence` is that of the nearest sample, None where the detector missed it."""

    brand: str
    box: Box
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Timed:
    """A track with the times of its points, in seconds, and from when to when it is shown."""

    track: Track
    times: tuple[Fraction, ...]
    start: Fraction
    end: Fraction


class Boxes:
    """All logos of a video, from its detections.json and the options its exposures were made with."""

    def __init__(self, detections: Mapping[str, Any], analysis: Analysis) -> None:
        video = detections["video"]
        step = Fraction(str(video["interval_s"]))
        timeline = Timeline(step, Fraction(str(video["duration_s"])))
        self._tracks = [
            timed
            for samples in _samples(detections["frames"]).values()
            for timed in _timed(samples, timeline, analysis)
        ]

    def at(self, moment: Fraction) -> list[Shown]:
        """The logos on screen at a moment, in seconds."""
        return [_shown(timed, moment) for timed in self._tracks if timed.start <= moment < timed.end]

    @property
    def brands(self) -> list[str]:
        """All brands, sorted."""
        return sorted({timed.track.brand for timed in self._tracks})


def _timed(samples: Sequence[Sample], timeline: Timeline, analysis: Analysis) -> list[Timed]:
    divided = cells(samples, timeline)
    linked = tracks(samples, divided, timeline.step, analysis)
    return [_of(track, samples, divided) for track in linked]


def _of(track: Track, samples: Sequence[Sample], divided: Sequence[Cell]) -> Timed:
    times = tuple(samples[point.index].at for point in track.points)
    return Timed(track, times, divided[track.points[0].index].start, divided[track.points[-1].index].end)


def _samples(frames: Iterable[Mapping[str, Any]]) -> dict[str, list[Sample]]:
    """What each detector saw; a frame screened out is blank for all of them."""
    every = list(frames)
    detectors = {frame["detector"] for frame in every if "detector" in frame}
    found: defaultdict[str, list[Sample]] = defaultdict(list)
    for frame in every:
        at = Fraction(str(frame["at_s"]))
        if "detections" in frame:
            seen = [sighting(Detection.model_validate(each)) for each in frame["detections"]]
            found[frame["detector"]].append(Sample(at, tuple(seen)))
        elif frame["outcome"] == "skipped":
            for detector in detectors:
                found[detector].append(Sample(at, (), blank=True))
    return {name: sorted(own, key=lambda sample: sample.at) for name, own in sorted(found.items())}


def _shown(timed: Timed, moment: Fraction) -> Shown:
    points, times = timed.track.points, timed.times
    after = bisect_right(times, moment)
    if after in (0, len(times)):
        nearest = points[min(after, len(times) - 1)]
        return Shown(timed.track.brand, nearest.box, nearest.confidence)
    before = after - 1
    share = float((moment - times[before]) / (times[after] - times[before]))
    box = blend(points[before].box, points[after].box, share)
    return Shown(timed.track.brand, box, _nearest(points[before], points[after], share))


def _nearest(before: Point, after: Point, share: float) -> float | None:
    return (before if share < 0.5 else after).confidence
