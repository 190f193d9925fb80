"""Reads what is known of a video, and keeps it for a while: many may watch, and nothing ended changes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from services.dashboard.film.playback import Playback, of_ledger, of_results
from shared.storage.objects import Address, ObjectMissing, ObjectStore
from shared.videos.announcements import SUMMARY, results_address
from shared.videos.ledger import ENDED, Counting, Video

MOST_KEPT = 32
SHORTEST_PAUSE = 1.5  # seconds between two readings of a video at work
PATIENCE = 20  # a reading that took a second is good for so many

Version = tuple[str, float | None]  # state and end: a video that is done again is read again
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Results:
    """What an ended video amounts to: its brands, as summary.json has them, and its files.

    There are no brands where it was cancelled or failed before there were results.
    """

    brands: list[dict[str, Any]] | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    playback: Playback
    version: Version
    good_until: float


class Library:
    """The playbacks of all videos."""

    def __init__(
        self,
        books: Counting,
        objects: ObjectStore,
        results_bucket: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._books = books
        self._objects = objects
        self._results_bucket = results_bucket
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._results: dict[str, tuple[Version, Results]] = {}

    async def playback(self, video: Video) -> Playback:
        """The video's frames; raises `LedgerError` and `ObjectError`."""
        kept = self._kept.get(video.video_id)
        version = _version(video)
        if kept and kept.version == version and self._clock() < kept.good_until:
            return kept.playback
        began = self._clock()
        playback = await self.read(video)
        took = self._clock() - began
        good_for = float("inf") if video.state in ENDED else max(SHORTEST_PAUSE, PATIENCE * took)
        _keep(self._kept, video.video_id, _Kept(playback, version, self._clock() + good_for))
        return playback

    async def results(self, video: Video) -> Results:
        """The video's results, none before its end; raises `ObjectError`."""
        if video.state not in ENDED:
            return Results()
        version, known = self._results.get(video.video_id, (None, Results()))
        if version != _version(video):
            known = Results(await self._brands(video), await self._files(video))
            _keep(self._results, video.video_id, (_version(video), known))
        return known

    async def read(self, video: Video) -> Playback:
        """The same, read now and not kept."""
        if video.state in ENDED:
            try:
                detections = await self._objects.get(self._place(video, "detections.json"))
                exposures = await self._objects.get(self._place(video, "exposures.csv"))
                return await asyncio.to_thread(of_results, detections, exposures)
            except ObjectMissing:
                pass  # cancelled or failed before there were results
        return of_ledger([result async for result in self._books.frames(video.video_id)])

    async def _brands(self, video: Video) -> list[dict[str, Any]] | None:
        try:
            summary = json.loads(await self._objects.get(self._place(video, SUMMARY)))
        except ObjectMissing:
            return None
        brands: list[dict[str, Any]] = summary["brands"]
        return brands

    async def _files(self, video: Video) -> tuple[str, ...]:
        prefix = self._place(video, "").key
        keys = [key async for key in self._objects.keys(self._results_bucket, prefix)]
        names = [key.removeprefix(prefix) for key in keys]
        return tuple(name for name in names if "/" not in name)

    def _place(self, video: Video, name: str) -> Address:
        return results_address(self._results_bucket, video.video_id, name)


def _version(video: Video) -> Version:
    return video.state.value, video.finished_at


def _keep(shelf: dict[str, Entry], video_id: str, entry: Entry) -> None:
    """Put it there, and off it what was put there first, once it is full."""
    shelf.pop(video_id, None)
    while len(shelf) >= MOST_KEPT:
        del shelf[next(iter(shelf))]
    shelf[video_id] = entry
