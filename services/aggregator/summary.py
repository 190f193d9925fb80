"""What a finished video amounts to, pure: its samples, its books and its final state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.exposure import BrandTotal, Exposure, Sample, Sighting, exposures, totals
from shared.ledger import Chunk, State, Video
from shared.messages import UNREACHED, Detection, FrameDetected, FrameFailed, FrameResult, ScreenedFrame


@dataclass(frozen=True, slots=True)
class Examination:
    """What became of the published frames with one detector, in frames."""

    detector: str
    detected: int
    failed: int
    failures: dict[str, int]  # by reason


@dataclass(frozen=True, slots=True)
class Books:
    """The whole video's account, in frames."""

    sampled: int
    published: int
    skipped: dict[str, int]  # by reason
    examinations: tuple[Examination, ...]  # one for each detector
    damage: tuple[str, ...]  # breaks in the video's data, in the order of time


@dataclass(frozen=True, slots=True)
class Findings:
    """What one detector found in the whole video; what others found is never mixed in."""

    detector: str
    exposures: tuple[Exposure, ...]
    brands: tuple[BrandTotal, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is reported of one video."""

    video: Video
    state: State
    books: Books
    frames: tuple[FrameResult, ...]
    screened: tuple[ScreenedFrame, ...]
    inherited: tuple[FrameDetected, ...]  # what near-duplicates take over from the frames they repeat
    findings: tuple[Findings, ...]  # one for each detector


def summarise(video: Video, chunks: Sequence[Chunk], frames: Sequence[FrameResult]) -> Outcome:
    """Everything that follows from the ledger's rows of one video."""
    books = _books(video.options.detectors, chunks, frames)
    frames = [_of_brands(frame, video.options.labels) for frame in frames]
    screened = [frame for chunk in chunks for frame in chunk.screened]
    inherited = _inherited(frames, screened)
    breaks = _breaks(chunks, video.sampling.step)
    seen = [*frames, *inherited]
    return Outcome(
        video=video,
        state=_state(books),
        books=books,
        frames=tuple(frames),
        screened=tuple(screened),
        inherited=tuple(inherited),
        findings=tuple(_findings(video, name, seen, screened, breaks) for name in video.options.detectors),
    )


def error_of(outcome: Outcome) -> str:
    """One sentence on what went wrong, empty when nothing did."""
    books = outcome.books
    sentences = list(dict.fromkeys(books.damage))
    for made in books.examinations:
        if made.failed:
            by = f" by {made.detector}" if len(books.examinations) > 1 else ""
            worst = max(made.failures, key=lambda reason: made.failures[reason])
            sentences.append(f"{made.failed} of {books.published} frames could not be examined{by} ({worst})")
    return "; ".join(sentences)


def _state(books: Books) -> State:
    if not books.published and books.damage:
        return State.FAILED
    failed = any(made.failed for made in books.examinations)
    return State.COMPLETED_WITH_ERRORS if failed or books.damage else State.COMPLETED


def _books(detectors: Iterable[str], chunks: Sequence[Chunk], frames: Sequence[FrameResult]) -> Books:
    skipped: Counter[str] = Counter()
    for chunk in chunks:
        skipped.update({skip.reason: skip.count for skip in chunk.skipped})
    return Books(
        sampled=sum(chunk.counts.sampled for chunk in chunks),
        published=sum(chunk.counts.published for chunk in chunks),
        skipped=dict(sorted(skipped.items())),
        examinations=tuple(_examination(name, chunks, frames) for name in detectors),
        damage=tuple(chunk.damage for chunk in chunks if chunk.damage),
    )


def _examination(detector: str, chunks: Iterable[Chunk], frames: Iterable[FrameResult]) -> Examination:
    counts = [chunk.counts.by(detector) for chunk in chunks]
    failures = Counter(
        frame.reason for frame in frames if isinstance(frame, FrameFailed) and frame.detector == detector
    )
    return Examination(
        detector=detector,
        detected=sum(count.detected for count in counts),
        failed=sum(count.failed for count in counts),
        failures=dict(sorted(failures.items())),
    )


def _findings(
    video: Video,
    detector: str,
    frames: Iterable[FrameResult],
    screened: Iterable[ScreenedFrame],
    breaks: Sequence[Fraction],
) -> Findings:
    step, duration = video.sampling.step, Fraction(video.duration_ms, 1000)
    samples = _samples([frame for frame in frames if frame.detector == detector], screened, step)
    found = exposures(samples, step, duration, breaks)
    return Findings(detector, tuple(found), tuple(totals(samples, found, step, duration, breaks)))


def _of_brands(frame: FrameResult, labels: Collection[str]) -> FrameResult:
    """The frame with only the detections that are to be reported."""
    if not labels or not isinstance(frame, FrameDetected):
        return frame
    kept = tuple(detection for detection in frame.detections if detection.label in labels)
    return frame.model_copy(update={"detections": kept})


def _inherited(frames: Iterable[FrameResult], screened: Iterable[ScreenedFrame]) -> list[FrameDetected]:
    """What each detector found in a frame, for each of its near-duplicates; nothing where that failed."""
    found: defaultdict[int | None, list[FrameDetected]] = defaultdict(list)
    for frame in frames:
        if isinstance(frame, FrameDetected):
            found[frame.instant].append(frame)
    return [
        model.model_copy(update={"instant": frame.instant, "timestamp_ms": frame.timestamp_ms})
        for frame in screened
        for model in found[frame.same_as]
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
