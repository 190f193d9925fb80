"""How far off the seconds of exposures are, and how many calls of a detector that took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from benchmarks.edges.clips import Clip, Span
from benchmarks.edges.detectors import Detect
from benchmarks.edges.following import Follow
from services.aggregator.analysis.brackets import brackets
from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.edges import edges_of
from services.aggregator.analysis.exposure import Exposure, Scene, analyse
from services.aggregator.analysis.sightings import Sample
from services.aggregator.refinement import next_chunk
from shared.config.analysis import Analysis
from shared.config.detectors import DEFAULT
from shared.config.options import Options, Sampling
from shared.messaging.messages import Source
from shared.videos.ledger import Chunk, Counts, State, Video


@dataclass(frozen=True, slots=True)
class Error:
    """How far off the seconds of one true exposure are; one that was never seen is off by all of them."""

    seconds: float
    missed: bool
    lasts: float  # seconds, truly


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run over one clip: an error for each true exposure, and what it took."""

    errors: tuple[Error, ...]
    calls: int
    open_edges: int  # pairs of coarse samples between which something came or left


def run(clip: Clip, step: Fraction, analysis: Analysis, detect: Detect, follow: Follow) -> Outcome:
    """Sample the clip once in a step, ask for edges and extra frames as the aggregator does, and compare."""
    samples = _looked(clip, detect, [k * step for k in range(-(-clip.duration // step))])
    chunks = [Chunk(0, len(samples), counts=Counts(published=len(samples)))]
    scene = analyse(samples, Timeline(step, clip.duration), analysis)
    open_edges = len({bracket.between for bracket in brackets(samples, scene)})
    while more := next_chunk(_video(clip, step, analysis, len(chunks)), chunks, {DEFAULT: (samples, scene)}):
        found = tuple(edge for asked in more.edges if (edge := follow(clip, asked, step / more.grid)))
        chunks.append(replace(more, counts=Counts(published=more.instants), found=found))
        looked = _looked(clip, detect, [Fraction(instant, more.grid) * step for instant in more.wanted])
        samples = sorted([*samples, *looked], key=lambda sample: sample.at)
        edges = edges_of(chunks, DEFAULT, step)
        scene = analyse(samples, Timeline(step, clip.duration), analysis, edges)
    return Outcome(_errors(clip, scene), len(samples), open_edges)


def at_best(frames_per_edge: float) -> float:
    """By what factor so many extra frames for each open edge divide the error, at best.

    A frame answers yes or no, so it halves where an edge may lie; spread evenly, frames do most. With
    n = k + f of them for each edge, k whole, a share f of the edges is halved k + 1 times, others k times.

    >>> at_best(1.0), at_best(0.5)
    (2.0, 1.3333333333333333)
    """
    whole = int(frames_per_edge)
    return float(2**whole / (1 - (frames_per_edge - whole) / 2))


def _looked(clip: Clip, detect: Detect, moments: Sequence[Fraction]) -> list[Sample]:
    return [Sample(at, detect(clip, clip.number(at))) for at in moments]


def _errors(clip: Clip, scene: Scene) -> tuple[Error, ...]:
    return tuple(
        _error(span, [each for each in scene.exposures if each.brand == brand])
        for brand in sorted(clip.brands)
        for span in clip.spans(brand)
    )


def _error(span: Span, found: Sequence[Exposure]) -> Error:
    start, end = span
    over = [each.seconds for each in found if each.start < end and start < each.end]
    return Error(abs(float(sum(over) - (end - start))), not over, float(end - start))


def _video(clip: Clip, step: Fraction, analysis: Analysis, chunks: int) -> Video:
    return Video(
        video_id=clip.name,
        source=Source(bucket="videos", key=f"{clip.name}.mp4", version="1"),
        options=Options(sampling=Sampling(interval=Decimal(float(step))), analysis=analysis),
        state=State.DETECTING,
        created_at=0.0,
        deadline_at=0.0,
        duration_ms=round(1000 * clip.duration),
        chunks=chunks,
    )
