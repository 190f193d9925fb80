"""Whether a video is still wanted, asked of the ledger at most every few seconds."""

from __future__ import annotations

import logging
import time

from shared.ledger import ENDED, LedgerError, Videos

log = logging.getLogger(__name__)

KEPT_SECONDS = 5.0  # how long an answer may be old


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
        try:
            video = await self._videos.get(video_id)
        except LedgerError as error:
            # Work that may be in vain is better than frames given up because a table cannot be read.
            log.warning("ledger not readable, taken for wanted", extra={"error": str(error)})
            return True
        wanted = video is None or video.state not in ENDED
        self._answers = {
            id_: answer for id_, answer in self._answers.items() if now - answer[0] < KEPT_SECONDS
        }
        self._answers[video_id] = (now, wanted)
        return wanted
