"""Brands over many videos, pure: totals, share of voice, trend, and the longest exposures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.dashboard.brands.films import PERCENTS, Film, Shot

BUCKETS = 12
DAY = 86400.0
MOST_SHOTS = 8
LEAST_HEIGHT = 0.05  # of the highest bar


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One brand. Seconds; `share` is 0 to 1; `trend` is seconds by the time the videos were handed in."""

    brand: str
    seconds: float
    share: float
    exposures: int
    longest: float
    videos: int
    trend: tuple[float, ...]

    @property
    def heights(self) -> list[float]:
        """The trend as bars, the highest 1; one of nothing is still to be seen."""
        most = max(self.trend) or 1.0
        return [max(LEAST_HEIGHT, value / most) for value in self.trend]


def totals(films: Sequence[Film], now: float) -> list[BrandRow]:
    """One row per brand, the longest screen time first; share of voice is of all brands' screen time."""
    shots: defaultdict[str, list[Shot]] = defaultdict(list)
    for shot in (shot for film in films for shot in film.shots):
        shots[shot.brand].append(shot)
    whole = sum(shot.seconds for own in shots.values() for shot in own)
    bucket_of = _buckets(films, now)
    rows = [_row(brand, own, whole, bucket_of) for brand, own in shots.items()]
    return sorted(rows, key=lambda row: (-row.seconds, row.brand))


def best_shots(films: Iterable[Film], brand: str | None = None) -> list[Shot]:
    """The longest exposures that have a picture."""
    shots = [shot for film in films for shot in film.shots if shot.image and brand in (None, shot.brand)]
    return sorted(shots, key=lambda shot: (-shot.seconds, -shot.confidence, shot.video_id))[:MOST_SHOTS]


def confidences(films: Iterable[Film]) -> dict[str, dict[str, list[int]]]:
    """How many detections of each label of each detector had which confidence, in whole percents."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * PERCENTS)
    for film in films:
        for key, counts in film.confidences.items():
            sums[key] = [a + b for a, b in zip(sums[key], counts, strict=True)]
    found: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for detector, label in sorted(sums, key=lambda key: (key[0], key[1].casefold())):
        found[detector][label] = sums[detector, label]
    return found


def _row(brand: str, own: Sequence[Shot], whole: float, bucket_of: dict[str, int]) -> BrandRow:
    trend = [0.0] * BUCKETS
    for shot in own:
        trend[bucket_of[shot.video_id]] += shot.seconds
    seconds = sum(shot.seconds for shot in own)
    return BrandRow(
        brand=brand,
        seconds=seconds,
        share=seconds / whole if whole else 0.0,
        exposures=len(own),
        longest=max(shot.seconds for shot in own),
        videos=len({shot.video_id for shot in own}),
        trend=tuple(trend),
    )


def _buckets(films: Sequence[Film], now: float) -> dict[str, int]:
    """Which stretch of time each video falls into: equal ones from the first to now, of a day or more."""
    first = min((film.created_at for film in films), default=now)
    width = max(DAY, (now - first) / BUCKETS)
    return {film.video_id: max(0, BUCKETS - 1 - int((now - film.created_at) / width)) for film in films}
