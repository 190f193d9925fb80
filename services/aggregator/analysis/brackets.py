"""The intervals in which edges of exposures lie, pure: a sample shows the brand, the next one does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.aggregator.analysis.cells import joined
from services.aggregator.analysis.exposure import Scene
from services.aggregator.analysis.sightings import Sample

# Seconds: the mean error of edges that the video surely shows (docs/exposure.md).
USUALLY_OFF = Fraction(1, 50)


@dataclass(frozen=True, slots=True)
class Bracket:
    """An edge and the two samples it lies between, by their indexes; times are in seconds.

    at, within: when the brand came or left, and how far off that may be. seconds: between the samples.
    """

    brand: str
    shown: int
    gone: int
    at: Fraction
    within: Fraction
    seconds: Fraction

    @property
    def between(self) -> tuple[int, int]:
        """The two samples, in the order of time."""
        return min(self.shown, self.gone), max(self.shown, self.gone)

    @property
    def sure(self) -> bool:
        """Whether more is known than the two samples say."""
        return 2 * self.within < self.seconds

    @property
    def off(self) -> Fraction:
        """How far off the edge is on average, in seconds."""
        return USUALLY_OFF if self.sure else self.within / 2


def brackets(samples: Sequence[Sample], scene: Scene) -> Iterator[Bracket]:
    """Those of all exposures' edges; where the video begins, ends or breaks off there is none."""
    for exposure in scene.exposures:
        for shown, gone, at, within in (
            (exposure.first, exposure.first - 1, exposure.start, exposure.opens_within),
            (exposure.last, exposure.last + 1, exposure.end, exposure.closes_within),
        ):
            before, after = min(shown, gone), max(shown, gone)
            if joined(scene.cells, before, after):
                seconds = samples[after].at - samples[before].at
                yield Bracket(exposure.brand, shown, gone, at, within, seconds)
