"""What there is to do, read from the ledger once a tick for all models."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.demand import Work
from shared.ledger import ACTIVE, Chunk, Video, Videos


@dataclass(frozen=True, slots=True)
class Books:
    """One video and its chunks as they stand."""

    video: Video
    chunks: Sequence[Chunk]

    def outstanding(self, detectors: Collection[str]) -> int:
        """Frames that these detectors have yet to examine; none once the video has ended."""
        if self.video.state not in ACTIVE:
            return 0
        return sum(chunk.outstanding(name) for chunk in self.chunks for name in detectors)

    def waiting(self, detectors: Collection[str]) -> int:
        """Those of them that are extracted, so that only the model is waited for."""
        if self.video.state not in ACTIVE:
            return 0
        return sum(chunk.waiting(name) for chunk in self.chunks for name in detectors)

    def examined(self, detectors: Collection[str]) -> int:
        """Frames that these detectors have examined."""
        return sum(chunk.counts.by(name).total for chunk in self.chunks for name in detectors)

    def detected(self, detectors: Collection[str]) -> int:
        """Those of them that did not fail."""
        return sum(chunk.counts.by(name).detected for chunk in self.chunks for name in detectors)

    def work(self, detectors: Collection[str]) -> Work:
        """What these detectors have yet to do."""
        video = self.video
        return Work(video.video_id, self.outstanding(detectors), video.created_at, video.deadline_at)


class Workload:
    """Reads the books of all videos in work, and once more of those that have ended since the last look."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._last: set[str] = set()

    async def read(self) -> list[Books]:
        """The books as they stand now; raises `LedgerError`."""
        active = {video.video_id: video for video in await self._videos.in_states(ACTIVE)}
        ended = [await self._videos.get(video_id) for video_id in self._last - active.keys()]
        self._last = set(active)
        return [
            Books(video, await self._videos.chunks(video.video_id))
            for video in (*active.values(), *ended)
            if video
        ]
