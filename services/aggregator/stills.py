"""Fetches the frames that show exposures best, and looks at them: a few side by side, each but once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.aggregator.analysis.exposure import Shot
from services.aggregator.analysis.sightings import Picture
from services.aggregator.looks import TILE, Image, Look, NoPicture, boxed, decoded, look
from shared.storage.objects import Address, ObjectDenied, ObjectMissing, ObjectStore
from shared.videos.ledger import Video
from shared.videos.timecode import frame_key

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 4  # frames in memory at a time


@dataclass(slots=True)
class Stills:
    """What was seen: a look at each shot, and larger pictures of those that stand for a brand."""

    looks: dict[Shot, Look] = field(default_factory=dict)
    tiles: dict[Shot, Image] = field(default_factory=dict)


class FrameReader:
    """Reads the frames of videos from the bucket the extractor writes them to."""

    def __init__(self, objects: ObjectStore, bucket: str) -> None:
        self._objects = objects
        self._bucket = bucket

    async def look(self, video: Video, shots: Iterable[Shot], large: Iterable[Shot]) -> Stills:
        """Look at these shots; a frame that is gone or no picture is left out. Raises `ObjectError`."""
        stills, wanted_large = Stills(), frozenset(large)
        by_picture: defaultdict[Picture, list[Shot]] = defaultdict(list)
        for shot in sorted({*shots, *wanted_large}):
            by_picture[shot.picture].append(shot)
        free = asyncio.Semaphore(SIDE_BY_SIDE)

        async def read(picture: Picture, shown: list[Shot]) -> None:
            async with free:
                data = await self._frame(video, picture)
                if data is not None:
                    await asyncio.to_thread(_look, data, video.width, shown, wanted_large, stills)

        async with asyncio.TaskGroup() as tasks:
            for picture, shown in by_picture.items():
                tasks.create_task(read(picture, shown))
        return stills

    async def _frame(self, video: Video, picture: Picture) -> bytes | None:
        suffix, grid = video.sampling.suffix, picture.grid
        key = frame_key(video.video_id, picture.timestamp_ms, picture.instant, suffix, grid)
        try:
            return await self._objects.get(Address(self._bucket, key))
        except (ObjectMissing, ObjectDenied) as error:
            log.warning("frame not shown", extra={"reason": str(error)})
            return None


def _look(data: bytes, width: int, shots: list[Shot], large: frozenset[Shot], stills: Stills) -> None:
    try:
        image = decoded(data, width)
    except NoPicture:
        return
    for shot in shots:
        stills.looks[shot] = look(image, shot.box)
        if shot in large:
            stills.tiles[shot] = boxed(image, shot.box, TILE)
