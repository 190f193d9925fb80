"""What there is to do, read from the ledger once a tick for all models."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.costs.demand import Work
from shared.videos.ledger import ACTIVE, Chunk, Video, Videos


@dataclass(frozen=True, slots=True)
class VideoWork:
    """One video and its chunks as they stand."""

    video: Video
    chunks: Sequence[Chunk]

    def outstanding(self, detector: str) -> int:
        """Frames that this detector has yet to examine; none once the video has ended."""
        if self.video.state not in ACTIVE:
            return 0
        return sum(chunk.outstanding(detector) for chunk in self.chunks)

    def waiting(self, detector: str) -> int:
        """Those of them that are extracted, so that only the model is waited for."""
        if self.video.state not in ACTIVE:
            return 0
        return sum(chunk.waiting(detector) for chunk in self.chunks)

    def examined(self, detector: str) -> int:
        """Frames that this detector has examined."""
        return sum(chunk.counts.by(detector).total for chunk in self.chunks)

    def detected(self, detector: str) -> int:
        """Those of them that did not fail."""
        return sum(chunk.counts.by(detector).detected for chunk in self.chunks)

    def work(self, detector: str) -> Work:
        """What this detector has yet to do."""
        video = self.video
        return Work(video.video_id, self.outstanding(detector), video.created_at, video.deadline_at)


async def read_workload(videos: Videos, worked_on: Collection[str]) -> list[VideoWork]:
    """The videos in work, and those worked on that have ended; raises `LedgerError`."""
    active = {video.video_id: video for video in await videos.in_states(ACTIVE)}
    ended = [await videos.get(video_id) for video_id in sorted(set(worked_on) - active.keys())]
    seen = [video for video in (*active.values(), *ended) if video]
    chunks = await asyncio.gather(*[videos.chunks(video.video_id) for video in seen])
    return [VideoWork(video, own) for video, own in zip(seen, chunks, strict=True)]
