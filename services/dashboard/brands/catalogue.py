"""Reads the finished videos' brands, several at a time, each only once: what is finished does not change.

Of an upload that was examined more than once, each detector's newest examination counts.
"""

from __future__ import annotations

import asyncio
import logging

from services.dashboard.brands.films import Film, film, reduced
from services.dashboard.film.library import Library
from shared.storage.objects import ObjectError
from shared.videos.examinations import FINISHED, current
from shared.videos.ledger import Video, Videos

log = logging.getLogger(__name__)

MOST_FILMS = 500  # the newest
AT_ONCE = 16

Key = tuple[str, float | None]  # a video and its end: one that is done again is read again


class Catalogue:
    """The films of the newest finished videos."""

    def __init__(self, videos: Videos, library: Library) -> None:
        self._videos = videos
        self._library = library
        self._films: dict[Key, Film] = {}
        self._free = asyncio.Semaphore(AT_ONCE)

    async def films(self) -> list[Film]:
        """The newest first; raises `LedgerError`. A video whose results cannot be read is left out."""
        finished = await self._videos.in_states(FINISHED)
        counted = current(finished)
        counting = [video for video in finished if video.video_id in counted]
        newest = sorted(counting, key=lambda video: -video.created_at)[:MOST_FILMS]
        films = await asyncio.gather(*[self._film(video) for video in newest])
        kept = {_key(video) for video in newest}
        self._films = {key: film for key, film in self._films.items() if key in kept}
        return [reduced(film, counted[film.video_id]) for film in films if film]

    async def _film(self, video: Video) -> Film | None:
        key = _key(video)
        if key not in self._films:
            async with self._free:
                try:
                    playback = await self._library.read(video)
                    self._films[key] = await asyncio.to_thread(film, video, playback)
                except ObjectError as error:
                    log.warning("results not read", extra={"video_id": video.video_id, "error": str(error)})
                    return None
        return self._films[key]


def _key(video: Video) -> Key:
    return video.video_id, video.finished_at
