"""Whether a video is still wanted, asked of the ledger every few seconds while it is."""

from __future__ import annotations

import asyncio
import logging
import time
from math import inf

from shared.videos.ledger import ENDED, LedgerError, Videos

log = logging.getLogger(__name__)

KEPT_SECONDS = 5.0  # how long a yes may be old
PATIENCE = 1.0  # seconds to wait for one


class Wanted:
    """Remembers for a while which videos are active, so that work on ended ones is dropped, not paid for.

    What is not wanted is asked anew each time: its failures may have been announced again a moment ago.
    """

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._wanted_at: dict[str, float] = {}

    async def wants(self, video_id: str) -> bool:
        """False when the video was cancelled or has ended otherwise."""
        now = time.monotonic()
        if now - self._wanted_at.get(video_id, -inf) < KEPT_SECONDS:
            return True
        wanted = await self._ask(video_id)
        self._wanted_at = {id_: at for id_, at in self._wanted_at.items() if now - at < KEPT_SECONDS}
        if wanted:
            self._wanted_at[video_id] = now
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
