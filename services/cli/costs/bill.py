"""What the models cost over some days, and what the same would have cost otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from shared.costs.keda import keda_unit_seconds
from shared.costs.prices import (
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    always_on_cost,
    per_image_cost,
    running_cost,
)
from shared.costs.usage import DayUse, VideoUse, day_key, day_use, video_cost, video_key, video_use
from shared.models.control import ModelBoard
from shared.videos.ledger import Video

PRESUMED_RATE = 2.0  # frames per second and unit, where none has been measured
MOST_UNITS = 5  # AWS's default quota


@dataclass(frozen=True, slots=True)
class ModelBill:
    """One model over a day or several; money in dollars."""

    model: str
    period: str
    unit_hours: float
    starts: int
    frames: int
    cost: float
    if_passing_is_billed: float  # more, for starts and stops, which AWS does not say it bills
    by_aws: float | None  # by AWS's own metric, where it could be read
    always_on: float  # one unit, day and night
    keda: float
    per_image: float


@dataclass(frozen=True, slots=True)
class VideoBill:
    """One video's share of a model's cost, and what it alone would have cost otherwise; money in dollars."""

    model: str
    video_id: str
    frames: int
    cost: float
    always_on: float  # one unit, on the days that it was worked on
    keda: float
    per_image: float


def as_dicts(bills: Sequence[ModelBill | VideoBill]) -> list[dict[str, Any]]:
    return [asdict(bill) for bill in bills]


def days_of_month(until: date) -> list[str]:
    """The days of a month up to this one."""
    return [until.replace(day=day).isoformat() for day in range(1, until.day + 1)]


async def uses(board: ModelBoard, model: str, days: Sequence[str]) -> dict[str, DayUse]:
    """The use of a model by day; raises `LedgerError`."""
    return {day: day_use(await board.record(day_key(model, day))) for day in days}


def bill(model: str, period: str, found: Mapping[str, DayUse], videos: Sequence[Video]) -> ModelBill:
    """The bill of a period from the use of its days and the videos that the ledger knows."""
    running = sum(use.running for use in found.values())
    frames = sum(use.frames for use in found.values())
    seen = [use.in_service for use in found.values() if use.in_service is not None]
    arrivals = [(video.created_at, video.counts.published) for video in videos if _within(video, found)]
    return ModelBill(
        model=model,
        period=period,
        unit_hours=running / SECONDS_PER_HOUR,
        starts=sum(use.starts for use in found.values()),
        frames=frames,
        cost=running_cost(running),
        if_passing_is_billed=running_cost(sum(use.passing for use in found.values())),
        by_aws=running_cost(sum(seen)) if seen else None,
        always_on=always_on_cost(len(found) * SECONDS_PER_DAY),
        keda=_keda_cost([each for each in arrivals if each[1]], found),
        per_image=per_image_cost(frames),
    )


def _within(video: Video, days: Mapping[str, DayUse]) -> bool:
    return datetime.fromtimestamp(video.created_at, UTC).date().isoformat() in days


def _keda_cost(arrivals: Sequence[tuple[float, int]], days: Mapping[str, DayUse]) -> float:
    """Dollars by KEDA's formula, at the rate that the model had on these days."""
    running = sum(use.running for use in days.values())
    frames = sum(use.frames for use in days.values())
    rate = frames / running if frames and running else PRESUMED_RATE
    return running_cost(keda_unit_seconds(arrivals, rate, MOST_UNITS))


async def video_bill(board: ModelBoard, model: str, video: Video) -> VideoBill:
    """A video's share: on each day, of that day's cost by its frames; raises `LedgerError`."""
    use: VideoUse = video_use(await board.record(video_key(model, video.video_id)))
    found = await uses(board, model, list(use.frames))
    return VideoBill(
        model=model,
        video_id=video.video_id,
        frames=use.total,
        cost=video_cost(use, found),
        always_on=always_on_cost(len(found) * SECONDS_PER_DAY),
        keda=_keda_cost([(video.created_at, use.total)] if use.total else [], found),
        per_image=per_image_cost(use.total),
    )
