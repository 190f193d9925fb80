"""What each video has cost, by its share of the frames that the model examined.

What has ended is asked for once, and only so much of it at each look that no page waits for a long list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice

from shared.control import ModelBoard
from shared.ledger import ENDED, Video
from shared.usage import DayUse, VideoUse, day_key, day_use, video_cost, video_key, video_use

MOST_NEW = 50  # ended videos that one look asks for
SETTLED_SECONDS = 60.0  # after its end a video's last frames are entered


class Costs:
    """Dollars by video, for one model."""

    def __init__(self, board: ModelBoard, model: str | None) -> None:
        self._board = board
        self._model = model
        self._settled: dict[str, float] = {}

    async def look(self, videos: Sequence[Video], now: float) -> Mapping[str, float]:
        """What is known now, by video; raises `LedgerError`."""
        if self._model is None:
            return {}
        changing = [video for video in videos if not _settled(video, now)]
        fresh = islice((v for v in videos if _settled(v, now) and v.video_id not in self._settled), MOST_NEW)
        asked = [*changing, *fresh]
        uses = await asyncio.gather(*[self._use(self._model, video) for video in asked])
        days = await self._days(self._model, {day for use in uses for day in use.frames})
        found = {video.video_id: video_cost(use, days) for video, use in zip(asked, uses, strict=True)}
        self._settled |= {v.video_id: found[v.video_id] for v in asked if _settled(v, now)}
        return {**self._settled, **found}

    async def _use(self, model: str, video: Video) -> VideoUse:
        return video_use(await self._board.record(video_key(model, video.video_id)))

    async def _days(self, model: str, days: set[str]) -> dict[str, DayUse]:
        bodies = await asyncio.gather(*[self._board.record(day_key(model, day)) for day in sorted(days)])
        return {day: day_use(body) for day, body in zip(sorted(days), bodies, strict=True)}


def _settled(video: Video, now: float) -> bool:
    return video.state in ENDED and now - (video.finished_at or 0.0) > SETTLED_SECONDS
