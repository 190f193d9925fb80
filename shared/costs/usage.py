"""How much a model was used, by day and by video: entered by the controller, read by `logostream costs`.

Days are those of UTC, as on AWS's bill. A video's share of a day's cost is its share of the frames that the
model examined that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from shared.costs.prices import running_cost


@dataclass(frozen=True, slots=True)
class DayUse:
    """One model's use on one day; times in unit-seconds (two units for a second are two)."""

    running: float = 0.0
    passing: float = 0.0  # STARTING or STOPPING, which AWS may bill or not
    frames: int = 0  # examined
    starts: int = 0
    in_service: float | None = None  # running by AWS's own metric, where it could be read


@dataclass(frozen=True, slots=True)
class VideoUse:
    """How many frames of one video a model has examined, by day."""

    frames: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.frames.values())

    def on(self, day: str, more: int) -> VideoUse:
        """With more frames on a day."""
        return replace(self, frames={**self.frames, day: self.frames.get(day, 0) + more})


_day: TypeAdapter[DayUse] = TypeAdapter(DayUse)
_video: TypeAdapter[VideoUse] = TypeAdapter(VideoUse)


def video_cost(use: VideoUse, days: Mapping[str, DayUse]) -> float:
    """Dollars: on each day, of that day's cost by the video's share of its frames."""
    return sum(
        running_cost(days[day].running) * frames / days[day].frames
        for day, frames in use.frames.items()
        if days[day].frames
    )


def day_of(at: float) -> str:
    """The day of a time in seconds since the epoch, such as 2026-11-25."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def day_key(model: str, day: str) -> str:
    """The record that holds a day's use."""
    return f"DAY#{model}#{day}"


def video_key(model: str, video_id: str) -> str:
    """The record that holds a video's use."""
    return f"USE#{model}#{video_id}"


def day_body(use: DayUse) -> str:
    return _day.dump_json(use).decode()


def video_body(use: VideoUse) -> str:
    return _video.dump_json(use).decode()


def day_use(body: str | None) -> DayUse:
    """A day's use from its record; nothing where there is none."""
    return _day.validate_json(body) if body else DayUse()


def video_use(body: str | None) -> VideoUse:
    """A video's use from its record; nothing where there is none."""
    return _video.validate_json(body) if body else VideoUse()
