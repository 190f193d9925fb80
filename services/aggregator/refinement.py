"""Decides what is asked to find the edges of exposures more exactly than by the coarse samples, pure.

First a frame at the very end is examined, for the samples do not tell what comes or leaves after the last of
them. Then every edge is looked for in the video itself, which takes no call of a detector. At last extra
frames are examined within the edges that are least certain, round by round, by the same pipeline that
examined the coarse samples. An extra frame serves every edge that lies between the same two samples, of
whatever brand. Rounds end when every edge is known to the wanted precision, or when the budget is spent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, log2

from services.aggregator.analysis.brackets import Bracket, brackets
from services.aggregator.analysis.exposure import Scene
from services.aggregator.analysis.sightings import Sample
from services.aggregator.open_edges import open_edges
from shared.config.analysis import Analysis
from shared.messaging.messages import OpenEdge
from shared.videos.ledger import Chunk, Video

FINEST = 64  # parts of a step: beyond it frames are further apart
MOST_EDGES = 500  # of one chunk
MOST_BYTES = 250_000  # of its edges: a row of DynamoDB holds 400 KB, and what is found lies beside them
MOST_FRAMES = 3000  # of one chunk, so that its row holds them and what is said of each that is screened out
WORTH = Fraction(1, 2)  # of the greatest doubt: frames that settle less wait while the budget is short
MOST_SECONDS = 240  # of video that is looked through for one chunk, all of it decoded

Seen = Mapping[str, tuple[Sequence[Sample], Scene]]  # by detector


def grid_of(step: Fraction, precision: float) -> int:
    """Into how many parts a step is cut so that halving it ends within the precision: a power of two.

    >>> grid_of(Fraction(1), 0.1)
    8
    """
    parts = step / (2 * Fraction(precision))
    halvings = max(0, ceil(log2(parts)))
    return min(FINEST, 1 << halvings)


def next_chunk(video: Video, chunks: Sequence[Chunk], seen: Seen) -> Chunk | None:
    """What is to be asked next, as a chunk; None when there is nothing left to ask, or to spend."""
    precision = video.options.analysis.edge_precision
    if precision is None:
        return None
    return (
        _last_frame(video, chunks, seen, precision)
        or _edges_to_find(video, chunks, seen, precision)
        or _frames_to_examine(video, chunks, seen, precision)
    )


def extra_frames(chunks: Iterable[Chunk]) -> int:
    """How many frames were examined beyond the coarse samples."""
    return sum(chunk.counts.published for chunk in chunks if chunk.refines)


# --- the last frame


def _last_frame(video: Video, chunks: Sequence[Chunk], seen: Seen, precision: float) -> Chunk | None:
    if any(chunk.refines for chunk in chunks) or not _affordable(chunks, video.options.analysis):
        return None
    last = max((samples[-1].at for samples, scene in seen.values() if scene.exposures), default=None)
    if last is None or _duration(video) - last <= 2 * Fraction(precision):
        return None
    grid, instant = grid_of(video.sampling.step, precision), _last_instant(video, precision)
    if Fraction(instant, grid) * video.sampling.step <= last:
        return None
    return Chunk(video.chunks, 1, detectors=chunks[0].detectors, grid=grid, wanted=(instant,))


def _last_instant(video: Video, precision: float) -> int:
    # Not of a finer grid: of several instants on one frame only the first gives it.
    return ceil(_duration(video) / video.sampling.step * grid_of(video.sampling.step, precision)) - 1


def _duration(video: Video) -> Fraction:
    return Fraction(video.duration_ms, 1000)


# --- in the video itself


def _edges_to_find(video: Video, chunks: Sequence[Chunk], seen: Seen, precision: float) -> Chunk | None:
    if any(chunk.wanted not in ((), (_last_instant(video, precision),)) for chunk in chunks):
        return None  # all were asked for before the first frame between samples
    step = video.sampling.step
    asked = {edge for chunk in chunks for edge in chunk.edges}
    edges = [
        edge
        for detector, (samples, scene) in seen.items()
        for edge in open_edges(detector, samples, scene, step / FINEST)
        if 2 * Fraction(precision) < abs(edge.gone - edge.shown) * step / FINEST <= step and edge not in asked
    ]
    if not edges:
        return None
    edges.sort(key=lambda edge: (edge.between, edge.detector, edge.label))
    most = max(1, min(MOST_EDGES, int(MOST_SECONDS / step)))
    chosen = _that_fit(edges[:most])
    return Chunk(video.chunks, 0, detectors=chunks[0].detectors, grid=FINEST, edges=chosen)


def _that_fit(edges: Sequence[OpenEdge]) -> tuple[OpenEdge, ...]:
    """As many of the first edges as a row has room for, where frames are crowded with logos."""
    sizes = accumulate(len(edge.model_dump_json().encode()) for edge in edges)
    return tuple(edges[: max(1, sum(size <= MOST_BYTES for size in sizes))])


# --- by extra frames


def _frames_to_examine(video: Video, chunks: Sequence[Chunk], seen: Seen, precision: float) -> Chunk | None:
    grid = grid_of(video.sampling.step, precision)
    asked = {instant for chunk in chunks if chunk.grid == grid for instant in chunk.wanted}
    doubts = _doubts(seen, grid / video.sampling.step, precision)
    doubts = {instant: off for instant, off in doubts.items() if instant not in asked}
    affordable = _affordable(chunks, video.options.analysis)
    if affordable < len(doubts) * grid.bit_length():  # not enough for all of them and what follows from them
        least = WORTH * max(doubts.values(), default=Fraction(0))
        doubts = {instant: off for instant, off in doubts.items() if off >= least}
    ranked = sorted(doubts, key=lambda instant: (-doubts[instant], instant))
    chosen = tuple(sorted(ranked[: min(MOST_FRAMES, affordable)]))
    if not chosen:
        return None
    return Chunk(video.chunks, len(chosen), detectors=chunks[0].detectors, grid=grid, wanted=chosen)


def _doubts(seen: Seen, per_second: Fraction, precision: float) -> dict[int, Fraction]:
    """By the instant of a frame how far off, on average, are all edges on which it tells, in seconds."""
    doubts: defaultdict[int, Fraction] = defaultdict(Fraction)
    for samples, scene in seen.values():
        for bracket in brackets(samples, scene):
            before, after = (ceil(samples[index].at * per_second) for index in bracket.between)
            if bracket.seconds > 2 * Fraction(precision) and after - before > 1:
                doubts[_instant(bracket, before, after, per_second)] += bracket.off
    return dict(doubts)


def _instant(bracket: Bracket, before: int, after: int, per_second: Fraction) -> int:
    """Where a frame tells most: half-way, or next to where the video shows the edge."""
    if not bracket.sure:
        return (before + after) // 2
    return min(max(round(bracket.at * per_second), before + 1), after - 1)


def _affordable(chunks: Sequence[Chunk], options: Analysis) -> int:
    coarse = sum(chunk.counts.published for chunk in chunks if not chunk.refines)
    spent = sum(chunk.instants for chunk in chunks if chunk.refines)
    return max(0, int(options.edge_budget * coarse) - spent)
