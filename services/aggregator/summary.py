"""What a finished video amounts to, pure: its samples, its books and its final state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.exposure import BrandTotal, Exposure, Sample, Sighting, exposures, totals
from shared.ledger import Chunk, State, Video
from shared.messages import UNREACHED, Detection, FrameDetected, FrameResult, ScreenedFrame


@dataclass(frozen=True, slots=True)
class Books:
    """The whole video's account, in frames."""

    sampled: int
    published: int
    detected: int
    failed: int
    skipped: dict[str, int]  # by reason
    failures: dict[str, int]  # by reason
    damage: tuple[str, ...]  # breaks in the video's data, in the order of time


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is reported of one video."""

    video: Video
    state: State
    books: Books
    frames: tuple[FrameResult, ...]
    screened: tuple[ScreenedFrame, ...]
    inherited: tuple[FrameDetected, ...]  # what near-duplicates take over from the frames they repeat
    exposures: tuple[Exposure, ...]
    brands: tuple[BrandTotal, ...]


def summarise(video: Video, chunks: Sequence[Chunk], frames: Sequence[FrameResult]) -> Outcome:
    """Everything that follows from the ledger's rows of one video."""
    books = _books(chunks, frames)
    duration = Fraction(video.duration_ms, 1000)
    frames = [_of_brands(frame, video.options.labels) for frame in frames]
    screened = [frame for chunk in chunks for frame in chunk.screened]
    inherited = _inherited(frames, screened)
    samples = _samples([*frames, *inherited], screened, video.sampling.step)
    breaks = _breaks(chunks, video.sampling.step)
    found = exposures(samples, video.sampling.step, duration, breaks)
    return Outcome(
        video=video,
        state=_state(books),
        books=books,
        frames=tuple(frames),
        screened=tuple(screened),
        inherited=tuple(inherited),
        exposures=tuple(found),
        brands=tuple(totals(samples, found, video.sampling.step, duration, breaks)),
    )


def error_of(outcome: Outcome) -> str:
    """One sentence on what went wrong, empty when nothing did."""
    books = outcome.books
    sentences = list(dict.fromkeys(books.damage))
    if books.failed:
        worst = max(books.failures, key=lambda reason: books.failures[reason])
        sentences.append(f"{books.failed} of {books.published} frames could not be examined ({worst})")
    return "; ".join(sentences)


def _state(books: Books) -> State:
    if not books.published and books.damage:
        return State.FAILED
    return State.COMPLETED_WITH_ERRORS if books.failed or books.damage else State.COMPLETED


def _books(chunks: Sequence[Chunk], frames: Sequence[FrameResult]) -> Books:
    failures = Counter(frame.reason for frame in frames if not isinstance(frame, FrameDetected))
    skipped: Counter[str] = Counter()
    for chunk in chunks:
        skipped.update({skip.reason: skip.count for skip in chunk.skipped})
    return Books(
        sampled=sum(chunk.counts.sampled for chunk in chunks),
        published=sum(chunk.counts.published for chunk in chunks),
        detected=sum(chunk.counts.detected for chunk in chunks),
        failed=sum(chunk.counts.failed for chunk in chunks),
        skipped=dict(sorted(skipped.items())),
        failures=dict(sorted(failures.items())),
        damage=tuple(chunk.damage for chunk in chunks if chunk.damage),
    )


def _of_brands(frame: FrameResult, labels: Collection[str]) -> FrameResult:
    """The frame with only the detections that are to be reported."""
    if not labels or not isinstance(frame, FrameDetected):
        return frame
    kept = tuple(detection for detection in frame.detections if detection.label in labels)
    return frame.model_copy(update={"detections": kept})


def _inherited(frames: Iterable[FrameResult], screened: Iterable[ScreenedFrame]) -> list[FrameDetected]:
    """What was found in a frame, for each of its near-duplicates; nothing where that frame failed."""
    found = {frame.instant: frame for frame in frames if isinstance(frame, FrameDetected)}
    return [
        found[frame.same_as].model_copy(update={"instant": frame.instant, "timestamp_ms": frame.timestamp_ms})
        for frame in screened
        if frame.same_as in found
    ]


def _samples(
    frames: Iterable[FrameResult], screened: Iterable[ScreenedFrame], step: Fraction
) -> list[Sample]:
    # A frame that failed shows nothing, neither a brand nor its absence: it is no sample. One too dark or too
    # blurred to be worth examining shows no brand to anybody.
    seen = [
        Sample(frame.instant * step, tuple(_sighting(detection) for detection in frame.detections))
        for frame in frames
        if isinstance(frame, FrameDetected)
    ]
    unseen = [Sample(frame.instant * step, ()) for frame in screened if frame.same_as is None]
    return sorted([*seen, *unseen], key=lambda sample: sample.at)


def _breaks(chunks: Iterable[Chunk], step: Fraction) -> list[Fraction]:
    """Where sampling broke off, in seconds: a chunk is sampled in order, so its end was not reached."""
    breaks, first = [], 0
    for chunk in chunks:
        stop = first + chunk.instants
        unreached = sum(skip.count for skip in chunk.skipped if skip.reason == UNREACHED)
        if unreached:
            breaks.append((stop - unreached) * step)
        first = stop
    return breaks


def _sighting(detection: Detection) -> Sighting:
    box = detection.box
    return Sighting(detection.label, box.width * box.height if box else 1.0)
