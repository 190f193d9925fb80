"""Reads the finished videos' brands, several at a time, each only once: what is finished does not change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from services.dashboard.brands.films import Film, film
from services.dashboard.film.library import Library
from shared.ledger import State, Video, Videos
from shared.objects import ObjectError

log = logging.getLogger(__name__)

FINISHED = frozenset({State.COMPLETED, State.COMPLETED_WITH_ERRORS})
MOST_FILMS = 500  # the newest
AT_ONCE = 16


class Catalogue:
    """The films of the newest finished videos."""

    def __init__(self, videos: Videos, library: Library) -> None:
        self._videos = videos
        self._library = library
        self._films: dict[tuple[str, float | None], Film] = {}
        self._free = asyncio.Semaphore(AT_ONCE)

    async def films(self) -> list[Film]:
        """The newest first; raises `LedgerError`. A video whose results cannot be read is left out."""
        finished = await self._videos.in_states(FINISHED)
        newest = sorted(finished, key=lambda video: -video.created_at)[:MOST_FILMS]
        return _those_read(await asyncio.gather(*[self._film(video) for video in newest]))

    async def _film(self, video: Video) -> Film | None:
        key = (video.video_id, video.finished_at)
        if key not in self._films:
            async with self._free:
                try:
                    self._films[key] = film(video, await self._library.read(video))
                except ObjectError as error:
                    log.warning("results not read", extra={"video_id": video.video_id, "error": str(error)})
                    return None
        return self._films[key]


def _those_read(films: Iterable[Film | None]) -> list[Film]:
    return [film for film in films if film]
