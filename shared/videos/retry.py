"""Tries the failed frames of a video again, once their cause is cured.

Every step may be repeated: a failure is taken out of the books before its frame is announced, and it stays
listed until there is another result, so that whoever was cut off in between only has to ask again. The video
is at work again with each failure that is taken out: it may have ended with those before meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.messaging.messages import FrameFailed, FrameReady
from shared.messaging.queue import Queue
from shared.videos.ledger import AGAIN, Counting, Video
from shared.videos.timecode import frame_key


class NotRetried(Exception):
    """There is nothing to try again; the text is one sentence."""


async def retry(books: Counting, queues: Mapping[str, Queue], frames_bucket: str, video: Video) -> int:
    """Announce the failed frames of a video anew, to `queues` by detector; returns how many there are.

    Raises `NotRetried`, `LedgerError` and `QueueError`.
    """
    results = books.frames(video.video_id)
    failures = [result async for result in results if isinstance(result, FrameFailed)]
    if not failures:
        raise NotRetried(f"{video.video_id} has no failed frames")
    if unknown := {failure.detector for failure in failures} - queues.keys():
        raise NotRetried(f"no detector is named {min(unknown)}: add it to LOGOSTREAM_DETECTORS")
    if video.state not in AGAIN:
        raise NotRetried(f"{video.video_id} is {video.state}: only what is done can be tried again")
    for failure in failures:
        chunk = await books.chunk(video.video_id, failure.chunk)
        assert chunk  # it has a result
        await books.reopen_frame(failure, chunk)
        await queues[failure.detector].send([_announced(failure, video, frames_bucket)], video.video_id)
    return len(failures)


def _announced(failure: FrameFailed, video: Video, frames_bucket: str) -> str:
    suffix, grid = video.sampling.suffix, failure.grid
    key = frame_key(video.video_id, failure.timestamp_ms, failure.instant, suffix, grid)
    frame = FrameReady(
        video_id=video.video_id,
        chunk=failure.chunk,
        instant=failure.instant,
        timestamp_ms=failure.timestamp_ms,
        bucket=frames_bucket,
        key=key,
        detector=failure.detector,
        grid=failure.grid,
    )
    return frame.body()
