"""What each video has cost, by its share of the frames that the model examined.

What has ended is asked for once, and only so much of it at each look that no page waits for a long list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice

from shared.costs.usage import DayUse, VideoUse, day_key, day_use, video_cost, video_key, video_use
from shared.models.control import ModelBoard
from shared.videos.ledger import ENDED, Video

MOST_NEW = 50  # ended videos that one look asks for
SETTLED_SECONDS = 60.0  # after its end a video's last frames are entered


class Costs:
    """Dollars by video, for all models together."""

    def __init__(self, board: ModelBoard, models: Sequence[str]) -> None:
        self._board = board
        self._models = models
        self._settled: dict[str, float] = {}

    async def look(self, videos: Sequence[Video], now: float) -> Mapping[str, float]:
        """What is known now, by video; raises `LedgerError`."""
        changing = [video for video in videos if not _settled(video, now)]
        fresh = islice((v for v in videos if _settled(v, now) and v.video_id not in self._settled), MOST_NEW)
        asked = [*changing, *fresh]
        shares = await asyncio.gather(*[self._shares(model, asked) for model in self._models])
        found = {video.video_id: sum(own) for video, *own in zip(asked, *shares, strict=True)}
        self._settled |= {v.video_id: found[v.video_id] for v in asked if _settled(v, now)}
        return {**self._settled, **found}

    async def _shares(self, model: str, videos: Sequence[Video]) -> list[float]:
        uses = await asyncio.gather(*[self._use(model, video) for video in videos])
        days = await self._days(model, {day for use in uses for day in use.frames})
        return [video_cost(use, days) for use in uses]

    async def _use(self, model: str, video: Video) -> VideoUse:
        return video_use(await self._board.record(video_key(model, video.video_id)))

    async def _days(self, model: str, days: set[str]) -> dict[str, DayUse]:
        bodies = await asyncio.gather(*[self._board.record(day_key(model, day)) for day in sorted(days)])
        return {day: day_use(body) for day, body in zip(sorted(days), bodies, strict=True)}


def _settled(video: Video, now: float) -> bool:
    return video.state in ENDED and now - (video.finished_at or 0.0) > SETTLED_SECONDS
