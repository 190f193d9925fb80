"""What the leader keeps of one model in the control table, for itself, its successor and the bill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from services.controller.bookkeeping.memory import Memory
from shared.costs.prices import running_cost
from shared.costs.usage import (
    DayUse,
    VideoUse,
    day_body,
    day_key,
    day_of,
    day_use,
    video_body,
    video_key,
    video_use,
)
from shared.models.control import MOST_RECORDS, ModelBoard

_memory: TypeAdapter[Memory] = TypeAdapter(Memory)


def memory_key(model: str) -> str:
    """The record that holds the controller's memory of a model."""
    return f"MEMORY#{model}"


class Diary:
    """The memory, the use of each day of this month, and the frames of each video; written by `records`."""

    def __init__(self, board: ModelBoard, model: str) -> None:
        self._board = board
        self._model = model
        self._days: dict[str, DayUse] = {}
        self._videos: dict[str, VideoUse] = {}
        self._unwritten: set[str] = set()  # videos
        self.memory = Memory()

    async def open(self, now: float) -> None:
        """Read what an earlier leader left; raises `LedgerError`."""
        body = await self._board.record(memory_key(self._model))
        self.memory = _memory.validate_json(body) if body else Memory()
        self._days = {
            day: day_use(await self._board.record(day_key(self._model, day))) for day in _month_until(now)
        }
        self._videos = {}
        self._unwritten = set()

    async def enter_frames(self, examined: Mapping[str, int], now: float) -> int:
        """Enter how many frames of each video are examined in all; returns how many that are more."""
        more = 0
        for video_id, total in examined.items():
            use = await self._video(video_id)
            if total > use.total:
                more += total - use.total
                self._videos[video_id] = use.on(day_of(now), total - use.total)
                self._unwritten.add(video_id)
        self.enter(replace(self.day(now), frames=self.day(now).frames + more), now)
        return more

    async def _video(self, video_id: str) -> VideoUse:
        if video_id not in self._videos:
            self._videos[video_id] = video_use(await self._board.record(video_key(self._model, video_id)))
        return self._videos[video_id]

    def day(self, now: float) -> DayUse:
        """The use of today so far."""
        return self._days.get(day_of(now), DayUse())

    def enter(self, use: DayUse, now: float) -> None:
        """Put down the use of today so far."""
        self._days[day_of(now)] = use

    def spent(self, now: float, passing_too: bool) -> tuple[float, float]:
        """Dollars spent today, and this month; with the time of starts and stops, or without."""
        month = [use for day, use in self._days.items() if day[:7] == day_of(now)[:7]]
        return _dollars([self.day(now)], passing_too), _dollars(month, passing_too)

    def records(self, memory: Memory, now: float) -> dict[str, str]:
        """All that has to be kept now."""
        today = day_of(now)
        videos = sorted(self._unwritten)[: MOST_RECORDS - 2]
        return {
            memory_key(self._model): _memory.dump_json(memory).decode(),
            day_key(self._model, today): day_body(self.day(now)),
            **{video_key(self._model, each): video_body(self._videos[each]) for each in videos},
        }

    def kept(self, memory: Memory, records: Iterable[str]) -> None:
        """These records are written; videos not in work any more need not be remembered."""
        self.memory = memory
        written = set(records)
        self._unwritten = {each for each in self._unwritten if video_key(self._model, each) not in written}
        wanted = self._unwritten | set(memory.working)
        self._videos = {each: use for each, use in self._videos.items() if each in wanted}


def _month_until(now: float) -> list[str]:
    today = datetime.fromtimestamp(now, UTC).date()
    return [(today - timedelta(days=back)).isoformat() for back in range(today.day)]


def _dollars(uses: Sequence[DayUse], passing_too: bool) -> float:
    running = sum(max(use.running, use.in_service or 0.0) for use in uses)  # never less than AWS counts
    return running_cost(running + (sum(use.passing for use in uses) if passing_too else 0.0))
