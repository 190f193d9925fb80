"""Whether a video is still wanted, asked of the ledger at most every few seconds."""

from __future__ import annotations

import asyncio
import logging
import time

from shared.videos.ledger import ENDED, LedgerError, Videos

log = logging.getLogger(__name__)

KEPT_SECONDS = 5.0  # how long an answer may be old
PATIENCE = 1.0  # seconds to wait for one


class Wanted:
    """Remembers for a while which videos are active, so that work on ended ones is dropped, not paid for."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._answers: dict[str, tuple[float, bool]] = {}

    async def wants(self, video_id: str) -> bool:
        """False when the video was cancelled or has ended otherwise."""
        now = time.monotonic()
        kept = self._answers.get(video_id)
        if kept and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        wanted = await self._ask(video_id)
        self._answers = {
            id_: answer for id_, answer in self._answers.items() if now - answer[0] < KEPT_SECONDS
        }
        self._answers[video_id] = (now, wanted)
        return wanted

    async def _ask(self, video_id: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                video = await self._videos.get(video_id)
        except (LedgerError, TimeoutError) as error:
            # Work that may be in vain is better than frames given up because a table cannot be read.
            log.warning("ledger not readable, taken for wanted", extra={"error": str(error)})
            return True
        return video is None or video.state not in ENDED
