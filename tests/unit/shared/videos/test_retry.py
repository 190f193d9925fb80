"""Failed frames are tried again and count once, whoever is cut off on the way."""

from __future__ import annotations

import pytest

from shared.config.detectors import DEFAULT
from shared.messaging.messages import (
    ChunkExtracted,
    FrameDetected,
    FrameFailed,
    FrameReady,
    FrameResult,
    parse,
)
from shared.messaging.queue import QueueError
from shared.videos.ledger import Chunk, LedgerError, State
from shared.videos.retry import NotRetried, retry
from tests.fakes import FakeLedger, FakeQueue
from tests.known_videos import video

BUCKET = "logostream-frames"


def failed(instant: int) -> FrameFailed:
    return FrameFailed(video_id="cup-1", chunk=0, instant=instant, timestamp_ms=1000 * instant, reason="gone")


def detected(instant: int) -> FrameDetected:
    return FrameDetected(
        video_id="cup-1",
        chunk=0,
        instant=instant,
        timestamp_ms=1000 * instant,
        model="v1",
        detections=(),
        latency_ms=5,
    )


class Case:
    """A video of three frames, two of which failed, and what it takes to try them again."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.queue = FakeQueue("frames-logos")

    async def finish(self) -> None:
        await self.ledger.plan(video("cup-1", "in/cup.mp4"), [Chunk(0, 3)])
        await self.ledger.enter_extracted(ChunkExtracted(video_id="cup-1", chunk=0, sampled=3, published=3))
        await self.enter(detected(0), failed(1), failed(2))
        await self.ledger.move("cup-1", State.COMPLETED_WITH_ERRORS, {State.EXTRACTING})

    async def enter(self, *results: FrameResult) -> None:
        """Enter results as the aggregator does."""
        for result in results:
            await self.ledger.enter_frame(result)
        chunk = await self.ledger.chunk("cup-1", 0)
        assert chunk
        if chunk.complete:
            await self.ledger.close_chunk("cup-1", chunk)

    async def retry(self) -> int:
        queues = {DEFAULT: self.queue}
        return await retry(self.ledger, queues, BUCKET, self.ledger.videos["cup-1"])

    @property
    def announced(self) -> list[int]:
        messages = [parse(body) for body in self.queue.bodies]
        return [message.instant for message in messages if isinstance(message, FrameReady)]

    @property
    def books(self) -> tuple[int, int, int]:
        """Chunks closed, and frames detected and failed, of the video."""
        row = self.ledger.videos["cup-1"]
        counts = row.counts.by(DEFAULT)
        return row.chunks_closed, counts.detected, counts.failed


@pytest.fixture
async def case() -> Case:
    made = Case()
    await made.finish()
    return made


async def test_failed_frames_are_announced_again_and_the_video_is_at_work(case: Case) -> None:
    assert case.books == (1, 1, 2)
    assert await case.retry() == 2
    assert case.announced == [1, 2]
    assert case.ledger.videos["cup-1"].state is State.DETECTING
    assert case.books == (0, 0, 0)
    [message] = [parse(body) for body in case.queue.bodies[:1]]
    assert isinstance(message, FrameReady)
    assert (message.bucket, message.key) == (BUCKET, "frames/cup-1/0000001000-00000001.jpg")


async def test_the_second_result_counts_in_place_of_the_first(case: Case) -> None:
    await case.retry()
    await case.enter(detected(1), detected(1), failed(2))
    assert case.books == (1, 2, 1)
    await case.retry()
    await case.enter(detected(2))
    assert case.books == (1, 3, 0)


@pytest.mark.parametrize("call", ["reopen_frame", "send"])
async def test_whoever_is_cut_off_only_has_to_ask_again(case: Case, call: str) -> None:
    (case.queue if call == "send" else case.ledger).faults.lose_reply[call] = 1
    with pytest.raises((LedgerError, QueueError)):
        await case.retry()
    await case.retry()
    assert set(case.announced) == {1, 2}
    await case.enter(detected(1), detected(2))
    assert case.books == (1, 3, 0)


async def test_frames_of_a_detector_that_is_gone_stay_in_the_books(case: Case) -> None:
    with pytest.raises(NotRetried, match="no detector is named logos"):
        await retry(case.ledger, {}, BUCKET, case.ledger.videos["cup-1"])
    assert case.books == (1, 1, 2)
    assert case.ledger.videos["cup-1"].state is State.COMPLETED_WITH_ERRORS


async def test_a_video_without_failures_or_one_that_was_cancelled_is_left_alone(case: Case) -> None:
    await case.ledger.move("cup-1", State.CANCELLED, {State.COMPLETED_WITH_ERRORS})
    with pytest.raises(NotRetried, match="cup-1 is CANCELLED"):
        await case.retry()
    case.ledger.results["cup-1"].clear()
    with pytest.raises(NotRetried, match="no failed frames"):
        await case.retry()
    assert case.announced == []
