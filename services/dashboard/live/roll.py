"""The roll of all videos: those at work are read at each look, those that have ended seldom."""

from __future__ import annotations

from shared.videos.ledger import ACTIVE, ENDED, Video, Videos

KEPT_SECONDS = 15.0  # how long the list of ended videos may be old, when none has ended since


class Roll:
    """Remembers the ended videos between looks."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._ended: list[Video] = []
        self._read_at = float("-inf")
        self._active: frozenset[str] = frozenset()

    async def call(self, now: float) -> list[Video]:
        """All videos, the newest first; raises `LedgerError`."""
        active = await self._videos.in_states(ACTIVE)
        ids = frozenset(video.video_id for video in active)
        if self._active - ids or now - self._read_at > KEPT_SECONDS:
            self._ended = await self._videos.in_states(ENDED)
            self._read_at = now
        self._active = ids
        ended = [video for video in self._ended if video.video_id not in ids]
        return sorted([*active, *ended], key=lambda video: (-video.created_at, video.video_id))
