"""What a finished video amounts to, pure: its books, its final state, and what each detector found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.edges import edges_of
from services.aggregator.analysis.exposure import Exposure, Scene, Shot, analyse
from services.aggregator.analysis.measures import BrandTotal, totals
from services.aggregator.outcome.reading import ResultReader, Tally, breaks
from services.aggregator.refinement import extra_frames
from shared.config.arns import is_ready_made
from shared.videos.brands import BrandInVideo
from shared.videos.ledger import Chunk, State, Video


@dataclass(frozen=True, slots=True)
class Examination:
    """What became of the published frames with one detector, in frames."""

    detector: str
    detected: int
    failed: int
    failures: dict[str, int]  # by reason
    models: dict[str, int]  # frames detected, by the version of the model that examined them

    @property
    def by_image(self) -> bool:
        """Whether AWS bills it by the image, not while a model runs."""
        return any(is_ready_made(model) for model in self.models)

    @property
    def is_mixed(self) -> bool:
        """Whether more than one version of the model has a share in what was found."""
        return len(self.models) > 1

    @property
    def examined(self) -> int:
        return self.detected + self.failed


@dataclass(frozen=True, slots=True)
class Books:
    """The whole video's account, in frames."""

    sampled: int
    published: int
    extra: int  # of those published, to find the edges of exposures
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
    """All that is reported of one video, but for its single frames."""

    video: Video
    state: State
    books: Books
    findings: tuple[Findings, ...]  # one for each detector


def scenes(video: Video, chunks: Sequence[Chunk], reader: ResultReader) -> dict[str, Scene]:
    """What each detector saw, from all of a video's results."""
    step = video.sampling.step
    timeline = Timeline(step, Fraction(video.duration_ms, 1000), breaks(chunks, step))
    return {
        name: analyse(reader.samples(name), timeline, video.options.analysis, edges_of(chunks, name, step))
        for name in video.options.detectors
    }


def summarise(
    video: Video,
    chunks: Sequence[Chunk],
    tallies: Mapping[str, Tally],
    found: Mapping[str, Scene],
    sharpness: Mapping[Shot, float],
) -> Outcome:
    """Everything that follows from the ledger's rows of one video, and the sharpness of its best frames."""
    books = _books(chunks, tallies)
    return Outcome(
        video=video,
        state=_state(books),
        books=books,
        findings=tuple(
            Findings(name, scene.exposures, tuple(totals(scene, sharpness, video.options.analysis.rate)))
            for name, scene in found.items()
        ),
    )


def brand_rows(outcome: Outcome) -> list[BrandInVideo]:
    """What every brand amounts to in this video, to be read across videos."""
    video = outcome.video
    return [
        BrandInVideo(
            brand=total.brand,
            video_id=video.video_id,
            detector=found.detector,
            source=video.source.address,
            submitted_at=video.created_at,
            duration=video.duration_ms / 1000,
            screen_time=round(float(total.screen_time), 3),
            deviation=round(total.deviation, 3),
            exposures=total.exposures,
            area_time=round(total.area_time, 4),
            effective=round(total.effective, 3),
            value=None if total.value is None else round(total.value, 2),
        )
        for found in outcome.findings
        for total in found.brands
    ]


def error_of(books: Books) -> str:
    """One sentence on what went wrong, empty when nothing did."""
    sentences = list(dict.fromkeys(books.damage))
    for made in books.examinations:
        if made.failed:
            by = f" by {made.detector}" if len(books.examinations) > 1 else ""
            worst = max(made.failures, key=lambda reason: made.failures[reason])
            sentences.append(f"{made.failed} of {books.published} frames could not be examined{by} ({worst})")
        if made.is_mixed:
            versions = ", ".join(f"{model}: {count}" for model, count in made.models.items())
            sentences.append(
                f"{made.detector} examined frames with several versions of its model ({versions}): "
                "submit the video with --again to have it examined by one"
            )
    return "; ".join(sentences)


def _state(books: Books) -> State:
    if not books.published and books.damage:
        return State.FAILED
    flawed = any(made.failed or made.is_mixed for made in books.examinations)
    return State.COMPLETED_WITH_ERRORS if flawed or books.damage else State.COMPLETED


def _books(chunks: Sequence[Chunk], tallies: Mapping[str, Tally]) -> Books:
    skipped: Counter[str] = Counter()
    for chunk in chunks:
        skipped.update({skip.reason: skip.count for skip in chunk.skipped})
    return Books(
        sampled=sum(chunk.counts.sampled for chunk in chunks),
        published=sum(chunk.counts.published for chunk in chunks),
        extra=extra_frames(chunks),
        skipped=dict(sorted(skipped.items())),
        examinations=tuple(_examination(name, chunks, tally) for name, tally in tallies.items()),
        damage=tuple(chunk.damage for chunk in chunks if chunk.damage),
    )


def _examination(detector: str, chunks: Sequence[Chunk], tally: Tally) -> Examination:
    counts = [chunk.counts.by(detector) for chunk in chunks]
    return Examination(
        detector=detector,
        detected=sum(count.detected for count in counts),
        failed=sum(count.failed for count in counts),
        failures=dict(sorted(tally.failures.items())),
        models=dict(sorted(tally.models.items())),
    )
