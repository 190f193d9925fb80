"""Reads a video's results in the order of time, pure: an entry for each, and the samples they make.

A failed frame shows nothing, neither a brand nor its absence: it is no sample. A frame that was screened out
shows no brand to anybody, and a near-duplicate shows what the frame it repeats shows.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.aggregator.analysis.sightings import Picture, Sample, sighting
from shared.messaging.messages import (
    UNREACHED,
    Detection,
    FrameDetected,
    FrameFailed,
    FrameResult,
    ScreenedFrame,
)
from shared.videos.ledger import Chunk, Video


@dataclass(frozen=True, slots=True)
class Entry:
    """What is reported of one frame: what a detector made of it, or why it was left out."""

    at: Fraction  # the sampling instant, seconds
    instant: int
    timestamp_ms: int
    grid: int  # parts of the step that the instant counts
    outcome: str  # detected, failed, skipped or inherited
    detector: str | None = None
    model: str | None = None
    reason: str | None = None
    measure: float | None = None
    same_as: int | None = None
    detections: tuple[Detection, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one detector's frames: failures by reason, the others by the model that saw them."""

    failures: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)


class ResultReader:
    """Takes results as the ledger gives them, sorted by time, and gives entries in the same order."""

    def __init__(self, video: Video, chunks: Sequence[Chunk]) -> None:
        self._labels = frozenset(video.options.labels)
        self._detectors = video.options.detectors
        self._step = video.sampling.step
        left_out = [(frame, chunk.grid) for chunk in chunks for frame in chunk.screened]
        self._screened = deque(sorted(left_out, key=lambda each: (each[0].timestamp_ms, each[0].instant)))
        self._repeated = {frame.same_as for frame, _ in self._screened}
        self._originals: dict[int, list[FrameDetected]] = {}
        self._samples: dict[str, list[Sample]] = {name: [] for name in self._detectors}
        self.tallies = {name: Tally() for name in self._detectors}

    def add(self, result: FrameResult) -> list[Entry]:
        """The entries of the screened frames before this one, and its own."""
        before = list(self._before((result.timestamp_ms, result.instant)))
        match result:
            case FrameDetected():
                return [*before, self._detected(result)]
            case FrameFailed():
                return [*before, self._failed(result)]

    def rest(self) -> list[Entry]:
        """The entries of the screened frames after the last result."""
        return list(self._before(None))

    def agrees_with(self, chunks: Sequence[Chunk]) -> bool:
        """Whether these rows count what was read, no more and no less."""
        return all(
            sum(chunk.counts.by(name).failed for chunk in chunks) == tally.failures.total()
            and sum(chunk.counts.by(name).detected for chunk in chunks) == tally.models.total()
            for name, tally in self.tallies.items()
        )

    def samples(self, detector: str) -> list[Sample]:
        """What the frames read so far showed this detector, sorted by time."""
        return sorted(self._samples[detector], key=lambda sample: sample.at)

    def _before(self, moment: tuple[int, int] | None) -> Iterator[Entry]:
        while self._screened:
            frame, grid = self._screened[0]
            if moment is not None and (frame.timestamp_ms, frame.instant) >= moment:
                return
            self._screened.popleft()
            yield from self._left_out(frame, grid)

    def _detected(self, result: FrameDetected) -> Entry:
        kept = self._of_brands(result)
        self.tallies[result.detector].models[result.model] += 1
        at = result.instant * self._step / result.grid
        if result.grid == 1 and result.instant in self._repeated:
            # Only the latest: the near-duplicates of a frame come before the next frame that has any.
            same = self._originals.get(result.instant, [])
            self._originals = {result.instant: [*same, kept]}
        picture = Picture(result.timestamp_ms, result.instant, result.grid)
        self._sample(kept, at, picture)
        return Entry(
            at=at,
            instant=result.instant,
            timestamp_ms=result.timestamp_ms,
            grid=result.grid,
            outcome="detected",
            detector=result.detector,
            model=result.model,
            detections=kept.detections,
        )

    def _failed(self, result: FrameFailed) -> Entry:
        self.tallies[result.detector].failures[result.reason] += 1
        return Entry(
            at=result.instant * self._step / result.grid,
            instant=result.instant,
            timestamp_ms=result.timestamp_ms,
            grid=result.grid,
            outcome="failed",
            detector=result.detector,
            reason=result.reason,
        )

    def _left_out(self, frame: ScreenedFrame, grid: int) -> Iterator[Entry]:
        at = frame.instant * self._step / grid
        if frame.same_as is None:
            for samples in self._samples.values():
                samples.append(Sample(at, (), blank=True))
        originals = self._originals.get(frame.same_as, []) if frame.same_as is not None else []
        for original in originals:
            self._sample(original, at, None)
            yield self._inherited(frame, original, at)
        if not originals:
            yield Entry(
                at=at,
                instant=frame.instant,
                timestamp_ms=frame.timestamp_ms,
                grid=grid,
                outcome="skipped",
                reason=frame.reason,
                measure=frame.measure,
            )

    def _inherited(self, frame: ScreenedFrame, original: FrameDetected, at: Fraction) -> Entry:
        return Entry(
            at=at,
            instant=frame.instant,
            timestamp_ms=frame.timestamp_ms,
            grid=1,
            outcome="inherited",
            detector=original.detector,
            model=original.model,
            reason=frame.reason,
            measure=frame.measure,
            same_as=frame.same_as,
            detections=original.detections,
        )

    def _sample(self, shown: FrameDetected, at: Fraction, picture: Picture | None) -> None:
        found = tuple(sighting(detection) for detection in shown.detections)
        self._samples[shown.detector].append(Sample(at, found, picture))

    def _of_brands(self, frame: FrameDetected) -> FrameDetected:
        """The frame with only the detections that are to be reported."""
        if not self._labels:
            return frame
        kept = tuple(detection for detection in frame.detections if detection.label in self._labels)
        return frame.model_copy(update={"detections": kept})


def breaks(chunks: Sequence[Chunk], step: Fraction) -> tuple[Fraction, ...]:
    """Where sampling broke off, in seconds: a chunk is sampled in order, so its end was not reached."""
    found, first = [], 0
    for chunk in chunks:
        if chunk.refines:
            continue  # no other sample depends on it
        stop = first + chunk.instants
        unreached = sum(skip.count for skip in chunk.skipped if skip.reason == UNREACHED)
        if unreached:
            found.append((stop - unreached) * step)
        first = stop
    return tuple(found)
