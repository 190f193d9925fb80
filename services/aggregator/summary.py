"""What a finished video amounts to, pure: its samples, its books and its final state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.exposure import BrandTotal, Exposure, Sample, Sighting, exposures, totals
from shared.ledger import Chunk, State, Video
from shared.messages import UNREACHED, Detection, FrameDetected, FrameResult


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
    exposures: tuple[Exposure, ...]
    brands: tuple[BrandTotal, ...]


def summarise(video: Video, chunks: Sequence[Chunk], frames: Sequence[FrameResult]) -> Outcome:
    """Everything that follows from the ledger's rows of one video."""
    books = _books(chunks, frames)
    duration = Fraction(video.duration_ms, 1000)
    samples = _samples(frames, video.sampling.step)
    breaks = _breaks(chunks, video.sampling.step)
    found = exposures(samples, video.sampling.step, duration, breaks)
    return Outcome(
        video=video,
        state=_state(books),
        books=books,
        frames=tuple(frames),
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


def _samples(frames: Iterable[FrameResult], step: Fraction) -> list[Sample]:
    # A frame that failed shows nothing, neither a brand nor its absence: it is no sample.
    return [
        Sample(frame.instant * step, tuple(_sighting(detection) for detection in frame.detections))
        for frame in frames
        if isinstance(frame, FrameDetected)
    ]


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
