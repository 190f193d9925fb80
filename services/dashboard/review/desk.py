"""The review desk: finds doubts, keeps verdicts in the results bucket, and makes the manifest of both.

Each verdict is an object of its own, so that several people may review at once and nothing is overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.dashboard.film.library import Library
from services.dashboard.film.playback import Box, Frame
from services.dashboard.review.doubts import Doubt, Scope, Verdict, doubts, judged, open_ones, settled
from shared.datasets.manifest_line import review_line
from shared.datasets.picturesize import NoPicture, size_of
from shared.storage.objects import Address, ObjectMissing, ObjectStore
from shared.videos.examinations import FINISHED
from shared.videos.ledger import Video, Videos

MOST_VIDEOS = 20  # the newest
MOST_DOUBTS = 200  # at a time
FOLDER = "review/"


class ReviewDesk:
    """Reviews of the newest finished videos."""

    def __init__(
        self, videos: Videos, library: Library, objects: ObjectStore, frames_bucket: str, results_bucket: str
    ) -> None:
        self._videos = videos
        self._library = library
        self._objects = objects
        self._frames_bucket = frames_bucket
        self._results_bucket = results_bucket

    async def open_doubts(self, scope: Scope) -> list[Doubt]:
        """What is to be looked at, the most doubtful first; raises `LedgerError` and `ObjectError`."""
        found = [
            doubt
            for video in await self._newest()
            for doubt in doubts(
                video.video_id, await self._library.playback(video), scope, video.sampling.suffix
            )
        ]
        return open_ones(found, await self._decided())[:MOST_DOUBTS]

    async def decide(self, video_id: str, frame: str, number: int, verdict: Verdict) -> None:
        """Keep a verdict; a later one replaces it."""
        address = self._place(f"{video_id}/{frame}/{number}")
        await self._objects.put(address, verdict.model_dump_json().encode(), "application/json")

    async def manifest(self, scope: Scope) -> list[dict[str, Any]]:
        """A line per frame whose doubts are all settled and that shows a logo."""
        verdicts = await self._verdicts()
        lines = []
        for video in await self._newest():
            for each in judged(await self._library.playback(video), scope):
                boxes = settled(each, verdicts.get((video.video_id, each.frame.image or ""), {}))
                if boxes and (line := await self._line(video, each.frame, boxes)):
                    lines.append(line)
        return lines

    async def _newest(self) -> list[Video]:
        finished = await self._videos.in_states(FINISHED)
        return sorted(finished, key=lambda video: -video.created_at)[:MOST_VIDEOS]

    async def _decided(self) -> set[str]:
        keys = self._objects.keys(self._results_bucket, FOLDER)
        return {key.removeprefix(FOLDER).removesuffix(".json") async for key in keys}

    async def _verdicts(self) -> dict[tuple[str, str], dict[int, Verdict]]:
        found: defaultdict[tuple[str, str], dict[int, Verdict]] = defaultdict(dict)
        for id_ in sorted(await self._decided()):
            video_id, frame, number = id_.split("/")
            body = await self._objects.get(self._place(id_))
            found[video_id, frame][int(number)] = Verdict.model_validate_json(body)
        return found

    async def _line(self, video: Video, frame: Frame, boxes: Sequence[Box]) -> dict[str, Any] | None:
        key = f"frames/{video.video_id}/{frame.image}.{video.sampling.suffix}"
        address = Address(self._frames_bucket, key)
        try:
            size = size_of(await self._objects.get(address))
        except (ObjectMissing, NoPicture):
            return None  # frames are not kept for ever
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return review_line(str(address), size, boxes, created, by_people=True)

    def _place(self, id_: str) -> Address:
        return Address(self._results_bucket, f"{FOLDER}{id_}.json")
