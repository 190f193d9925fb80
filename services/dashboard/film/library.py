"""Reads what is known of a video, and keeps it for a while: many may watch, and nothing ended changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.dashboard.film.screening import Screening, of_ledger, of_results
from shared.ledger import ENDED, Counting, Video
from shared.objects import Address, ObjectMissing, ObjectStore

MOST_KEPT = 32
SHORTEST_PAUSE = 1.5  # seconds between two readings of a video at work
PATIENCE = 20  # a reading that took a second is good for so many


@dataclass(frozen=True, slots=True)
class _Kept:
    screening: Screening
    version: tuple[str, float | None]  # state and end: a video that is done again is read again
    good_until: float


class Library:
    """The screenings of all videos."""

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

    async def screening(self, video: Video) -> Screening:
        """The video's frames; raises `LedgerError` and `ObjectError`."""
        kept = self._kept.get(video.video_id)
        version = (video.state.value, video.finished_at)
        if kept and kept.version == version and self._clock() < kept.good_until:
            return kept.screening
        began = self._clock()
        screening = await self.read(video)
        took = self._clock() - began
        good_for = float("inf") if video.state in ENDED else max(SHORTEST_PAUSE, PATIENCE * took)
        self._keep(video.video_id, _Kept(screening, version, self._clock() + good_for))
        return screening

    async def read(self, video: Video) -> Screening:
        """The same, read now and not kept."""
        if video.state in ENDED:
            try:
                return of_results(
                    await self._objects.get(self.place(video, "detections.json")),
                    await self._objects.get(self.place(video, "exposures.csv")),
                )
            except ObjectMissing:
                pass  # cancelled or failed before there were results
        return of_ledger([result async for result in self._books.frames(video.video_id)])

    def place(self, video: Video, name: str) -> Address:
        """Where a result file of the video lies."""
        return Address(self._results_bucket, f"results/{video.video_id}/{name}")

    def _keep(self, video_id: str, kept: _Kept) -> None:
        self._kept.pop(video_id, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[video_id] = kept
