"""Brands across videos, pure: totals per brand, and how they went from period to period."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from math import fsum, hypot
from typing import Any

from shared.videos.brands import BrandInVideo
from shared.videos.examinations import Counted

SPARKS = "▁▂▃▄▅▆▇█"
NAMES = {  # as summary.json has them
    "duration": "duration_s",
    "screen_time": "screen_time_s",
    "deviation": "screen_time_deviation_s",
    "area_time": "area_time_s",
    "effective": "effective_s",
}


class Period(StrEnum):
    """How long the steps of a trend are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Trend:
    """A brand's screen time in one period, in seconds and as a share of the video submitted in it."""

    period: str
    screen_time: float
    share_percent: float


@dataclass(frozen=True, slots=True)
class AcrossVideos:
    """What a brand amounts to in several videos, as one detector saw it; times in seconds."""

    brand: str
    detector: str
    videos: int
    screen_time: float
    deviation: float
    exposures: int
    area_time: float
    effective: float
    value: float | None
    trend: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows are wanted: of one brand or all, submitted since <= t < until, of sources that begin so."""

    brand: str | None
    since: float
    until: float
    prefix: str

    def of(self, rows: Iterable[BrandInVideo]) -> list[BrandInVideo]:
        """Those of the rows that are wanted, in the order their videos were submitted."""
        wanted = [row for row in rows if self.since <= row.submitted_at < self.until and self._begins(row)]
        return sorted(wanted, key=lambda row: (row.submitted_at, row.video_id, row.brand, row.detector))

    def _begins(self, row: BrandInVideo) -> bool:
        key = row.source.removeprefix("s3://").partition("/")[2]
        return row.source.startswith(self.prefix) or key.startswith(self.prefix)


def newest(rows: Iterable[BrandInVideo], counted: Mapping[str, Counted]) -> list[BrandInVideo]:
    """The rows of the examinations that count, by video, each as of when its upload was first submitted."""
    return [
        replace(row, submitted_at=counted[row.video_id].since)
        for row in rows
        if row.video_id in counted and row.detector in counted[row.video_id].detectors
    ]


def across(rows: Sequence[BrandInVideo], period: Period) -> list[AcrossVideos]:
    """Totals per brand and detector, the longest screen time first."""
    lengths = _lengths(rows, period)
    groups: defaultdict[tuple[str, str], list[BrandInVideo]] = defaultdict(list)
    for row in rows:
        groups[row.brand, row.detector].append(row)
    made = [_across(own, lengths, period) for own in groups.values()]
    return sorted(made, key=lambda each: (-each.screen_time, each.brand, each.detector))


def spark(values: Sequence[float]) -> str:
    """The values as little bars, the greatest the highest.

    >>> spark([0, 1, 2])
    '▁▄█'
    """
    most = max(values, default=0.0)
    return "".join(SPARKS[int(value / most * (len(SPARKS) - 1) + 0.5) if most else 0] for value in values)


def as_csv(rows: Iterable[BrandInVideo]) -> str:
    """A line per brand and video, its time in UTC as spreadsheets know it."""
    text = io.StringIO()
    names = [NAMES.get(name, name) for name in BrandInVideo.__dataclass_fields__]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        submitted = datetime.fromtimestamp(row.submitted_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        writer.writerow(_named(asdict(row)) | {"submitted_at": submitted})
    return text.getvalue()


def as_dicts(totals: Iterable[AcrossVideos]) -> list[dict[str, Any]]:
    """Totals and trends for programs."""
    made = [_named(asdict(total)) for total in totals]
    return [{**total, "trend": [_named(trend) for trend in total["trend"]]} for total in made]


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in values.items()}


def name_of(at: float, period: Period) -> str:
    """The period a moment lies in, in UTC: `2026-11-25`, `2026-W48` or `2026-11`."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime({Period.DAY: "%Y-%m-%d", Period.WEEK: "%G-W%V", Period.MONTH: "%Y-%m"}[period])


def _lengths(rows: Iterable[BrandInVideo], period: Period) -> dict[str, float]:
    """Seconds of video submitted in each period, of the videos that show any brand, in order."""
    videos = {row.video_id: row for row in rows}
    lengths: defaultdict[str, float] = defaultdict(float)
    for row in sorted(videos.values(), key=lambda row: (row.submitted_at, row.video_id)):
        lengths[name_of(row.submitted_at, period)] += row.duration
    return dict(lengths)


def _across(own: Sequence[BrandInVideo], lengths: Mapping[str, float], period: Period) -> AcrossVideos:
    seconds: defaultdict[str, float] = defaultdict(float)
    for row in own:
        seconds[name_of(row.submitted_at, period)] += row.screen_time
    values = [row.value for row in own if row.value is not None]
    return AcrossVideos(
        brand=own[0].brand,
        detector=own[0].detector,
        videos=len({row.video_id for row in own}),
        screen_time=round(fsum(row.screen_time for row in own), 3),
        deviation=round(hypot(*(row.deviation for row in own)), 3),
        exposures=sum(row.exposures for row in own),
        area_time=round(fsum(row.area_time for row in own), 4),
        effective=round(fsum(row.effective for row in own), 3),
        value=round(fsum(values), 2) if values else None,
        trend=tuple(
            Trend(name, round(seconds[name], 3), round(100 * seconds[name] / length, 2) if length else 0.0)
            for name, length in lengths.items()
        ),
    )
