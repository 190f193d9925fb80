"""How far all videos are, without reading every chunk at every look.

A video's own row counts what its closed chunks hold. Those with open chunks take turns in having them read,
so that a look costs the same however many videos are at work.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from shared.videos import snapshot
from shared.videos.ledger import Video, Videos
from shared.videos.snapshot import Progress

READ_AT_ONCE = 20  # videos whose chunks one look reads


class Following:
    """Remembers what the looks before have read."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._looks = itertools.count()
        self._read: dict[str, tuple[int, Progress]] = {}  # by video, with the number of the look

    async def look(self, which: Sequence[Video]) -> list[Progress]:
        """How far these videos are, in their order; raises `LedgerError`."""
        number = next(self._looks)
        for progress in await snapshot.progress(self._videos, self._due(which)):
            self._read[progress.video.video_id] = number, progress
        ids = {video.video_id for video in which}
        self._read = {video_id: read for video_id, read in self._read.items() if video_id in ids}
        return [self._known(video) for video in which]

    def _due(self, which: Sequence[Video]) -> list[Video]:
        """Those with open chunks that were read longest ago, or never; what has ended is read once."""
        unsettled = [
            video for video in which if video.chunks_closed < video.chunks and not self._settled(video)
        ]
        return sorted(unsettled, key=self._read_at)[:READ_AT_ONCE]

    def _settled(self, video: Video) -> bool:
        read = self._read.get(video.video_id)
        return read is not None and read[1].ended and read[1].video == video

    def _read_at(self, video: Video) -> int:
        read = self._read.get(video.video_id)
        return read[0] if read else -1

    def _known(self, video: Video) -> Progress:
        read = self._read.get(video.video_id)
        if read is None or video.chunks_closed == video.chunks:
            return snapshot.by_row(video)
        return replace(read[1], video=video)
