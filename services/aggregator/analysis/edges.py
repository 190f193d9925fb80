"""Edges that the video itself shows between two samples, pure: the extractor follows logos to them.

What the samples say always holds: an edge that does not lie between them is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from shared.messaging.messages import FoundEdge
from shared.videos.ledger import Chunk

WITHIN = Fraction(1, 10)  # seconds within which nine in ten of the sure ones are: docs/exposure.md
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something came or left, in seconds, and how far off that may be."""

    at: Fraction
    within: Fraction


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """An edge that the video shows between two samples; times are in seconds."""

    brand: str
    comes: bool
    before: Fraction
    after: Fraction
    at: Fraction
    sure: bool


class Edges:
    """What was found for one detector."""

    def __init__(self, found: Iterable[Found] = ()) -> None:
        self._found: defaultdict[tuple[str, bool], list[Found]] = defaultdict(list)
        for each in sorted(found):
            self._found[each.brand, each.comes].append(each)

    def between(self, brand: str, comes: bool, before: Fraction, after: Fraction) -> Moment | None:
        """When a brand came, or left, between two samples' instants; None where the video does not tell."""
        known = self._found.get((brand, comes), [])
        last = bisect_right(known, before, key=lambda each: each.before) - 1
        if last < 0 or known[last].after < after:
            return None
        return _moment(known[last], before, after)


def _moment(found: Found, before: Fraction, after: Fraction) -> Moment | None:
    if after - before <= WITHIN:
        return None  # the samples know better
    if before < found.at < after:
        certainly = max(found.at - before, after - found.at)
        return Moment(found.at, min(WITHIN, certainly) if found.sure else certainly)
    if not found.sure:
        return None
    # A sample has shown since that it is not there: then it is near, beyond that sample.
    beyond = WITHIN / 2
    at = before + beyond if found.at <= before else after - beyond
    return Moment(at, after - before - beyond)


NONE = Edges()


def edges_of(chunks: Iterable[Chunk], detector: str, step: Fraction) -> Edges:
    """All edges found for this detector."""
    return Edges(
        _found(edge, step / chunk.grid)
        for chunk in chunks
        for edge in chunk.found
        if edge.detector == detector
    )


def _found(edge: FoundEdge, apart: Fraction) -> Found:
    before, after = edge.between
    # The frame before this instant is without the change.
    at = (edge.at - HALF) * apart
    return Found(edge.label, edge.comes, before * apart, after * apart, at, edge.sure)
