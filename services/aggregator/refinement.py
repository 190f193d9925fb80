"""Decides which extra frames are worth examining, pure: those half-way across the widest uncertain edges.

Each round halves the interval in which a brand came or left, by the same pipeline that examined the coarse
samples. An extra frame serves every edge that lies between the same two samples, of whatever brand. Rounds
end when every edge is known to the wanted precision, or when the budget is spent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2

from services.aggregator.exposure import Scene
from services.aggregator.sightings import Sample
from shared.config.analysis import Analysis
from shared.videos.ledger import Chunk, Video

FINEST = 64  # parts of a step: beyond it frames are further apart


@dataclass(frozen=True, slots=True)
class Bracket:
    """Between which two instants, on the fine grid, something came or left."""

    before: int
    after: int

    @property
    def middle(self) -> int:
        return (self.before + self.after) // 2


def grid_of(step: Fraction, precision: float) -> int:
    """Into how many parts a step is cut so that halving it ends within the precision: a power of two.

    >>> grid_of(Fraction(1), 0.1)
    8
    """
    parts = step / (2 * Fraction(precision))
    halvings = max(0, ceil(log2(parts)))
    return min(FINEST, 1 << halvings)


def next_chunk(
    video: Video, chunks: Sequence[Chunk], seen: Iterable[tuple[Sequence[Sample], Scene]]
) -> Chunk | None:
    """The extra frames to be examined next, as a chunk; None when there is nothing left to ask, or to spend.

    `seen` holds what each detector saw.
    """
    options, step = video.options.analysis, video.sampling.step
    if options.edge_precision is None:
        return None
    grid = grid_of(step, options.edge_precision)
    asked = {instant for chunk in chunks for instant in chunk.wanted}
    edges = Counter(
        bracket for samples, scene in seen for bracket in brackets(samples, scene, step, grid, options)
    )
    ranked = sorted(
        edges, key=lambda each: (-edges[each] * (each.after - each.before), each.before, each.after)
    )
    middles = dict.fromkeys(each.middle for each in ranked if each.middle not in asked)
    chosen = tuple(sorted(list(middles)[: _affordable(chunks, options)]))
    if not chosen:
        return None
    return Chunk(video.chunks, len(chosen), detectors=chunks[0].detectors, grid=grid, wanted=chosen)


def brackets(
    samples: Sequence[Sample], scene: Scene, step: Fraction, grid: int, options: Analysis
) -> Iterable[Bracket]:
    """The intervals of all edges that are not yet known to the precision; ends of the video have none."""
    for exposure in scene.exposures:
        for before, after in ((exposure.first - 1, exposure.first), (exposure.last, exposure.last + 1)):
            if before < 0 or after >= len(samples) or scene.cells[before].end < scene.cells[after].start:
                continue  # the video begins, ends or breaks off there
            bracket = Bracket(*(int(samples[index].at / step * grid) for index in (before, after)))
            apart = (bracket.after - bracket.before) * step / grid
            if bracket.after - bracket.before > 1 and apart > 2 * Fraction(options.edge_precision or 0):
                yield bracket


def extra_frames(chunks: Iterable[Chunk]) -> int:
    """How many frames were examined beyond the coarse samples."""
    return sum(chunk.counts.published for chunk in chunks if chunk.wanted)


def _affordable(chunks: Sequence[Chunk], options: Analysis) -> int:
    coarse = sum(chunk.counts.published for chunk in chunks if not chunk.wanted)
    spent = sum(chunk.instants for chunk in chunks if chunk.wanted)
    return max(0, int(options.edge_budget * coarse) - spent)
