"""Publishing frames: uploaded first, announced in tens, and no failure is swallowed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.extractor.publisher import BATCH, FramePublisher, FrameQueues
from shared.config.options import Options
from shared.messaging.messages import FrameReady, parse
from shared.messaging.queue import QueueError
from shared.storage.objects import Address
from shared.videos.ledger import Chunk, State, Video
from tests.fakes import FakeObjects, FakeQueue
from tests.unit.extractor.studio import BUCKET, Studio, sampled, sent


class HonestQueue(FakeQueue):
    """Refuses messages about frames that are not in S3 yet."""

    def __init__(self, objects: FakeObjects) -> None:
        super().__init__("frames")
        self.objects = objects

    async def send(
        self, bodies: Sequence[str], group: str | None = None, traces: Sequence[str | None] = ()
    ) -> None:
        for body in bodies:
            frame = parse(body)
            assert isinstance(frame, FrameReady)
            assert Address(frame.bucket, frame.key) in self.objects.stored
        await super().send(bodies, group, traces)


@pytest.fixture
async def studio(tmp_path: Path) -> Studio:
    studio = Studio(tmp_path)
    studio.frames = HonestQueue(studio.objects)
    video = Video("cup-1", studio.source, Options(), State.EXTRACTING, 0.0, 0.0, chunks=1)
    await studio.ledger.plan(video, [Chunk(0, 25)])
    return studio


def publisher(studio: Studio) -> FramePublisher:
    return FramePublisher(
        studio.chunk(), studio.objects, BUCKET, FrameQueues({"logos": studio.frames}), studio.ledger
    )


async def publish(studio: Studio, count: int) -> FramePublisher:
    async with publisher(studio) as publishing:
        for instant in range(count):
            await publishing.add(sampled(instant))
        await publishing.finish()
    return publishing


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
async def test_every_frame_is_announced_once_after_its_upload(studio: Studio, count: int) -> None:
    studio.objects.faults.latency = 1.0
    assert (await publish(studio, count)).published == count
    frames = [frame.instant for frame in sent(studio.frames) if isinstance(frame, FrameReady)]
    assert frames == list(range(count))
    assert len(studio.uploaded) == count
    assert {group for _, group in studio.frames.sent} <= {"cup-1"}


async def test_the_first_frame_is_announced_at_once_and_the_others_in_batches_of_ten(studio: Studio) -> None:
    await publish(studio, 26)
    instants = [frame.instant for frame in sent(studio.frames) if isinstance(frame, FrameReady)]
    assert instants == list(range(26))
    assert studio.frames.faults.calls.count("send") == 4  # 1, 10, 10 and 5


async def test_a_frame_lies_under_its_time_and_says_where_it_comes_from(studio: Studio) -> None:
    await publish(studio, 8)
    held = studio.uploaded["frames/cup-1/0000007000-00000007.jpg"]
    assert held.body == b"picture 7"
    assert held.content_type == "image/jpeg"
    assert json.dumps(held.metadata) == json.dumps(
        {
            "name": "frame_0007_00h00m07.000s",
            "source": "s3://videos/in/cup.mp4",
            "pts": "89600",
            "time-base": "1/12800",
        }
    )


async def test_the_next_batch_is_taken_while_one_is_uploaded_but_not_a_third(studio: Studio) -> None:
    studio.objects.faults.latency = 5.0
    loop = asyncio.get_running_loop()
    async with publisher(studio) as publishing:
        for instant in range(BATCH):
            await publishing.add(sampled(instant))
        assert loop.time() == 0
        await publishing.add(sampled(BATCH))
        assert loop.time() == 5.0
        await publishing.finish()
        assert loop.time() == 10.0


async def test_the_ledger_shows_how_far_a_chunk_has_come(studio: Studio) -> None:
    await publish(studio, 25)
    assert studio.ledger.books["cup-1"][0].counts.published == 25
    assert studio.ledger.faults.calls.count("note_progress") == 4


@pytest.mark.parametrize("count", [3, 25])
async def test_a_failed_upload_fails_the_chunk_and_announces_nothing_of_its_batch(
    studio: Studio, count: int
) -> None:
    studio.objects.faults.refuse["put"] = 1
    with pytest.raises(ExceptionGroup) as failure:
        await publish(studio, count)
    assert failure.group_contains(studio.objects.faults.error)
    assert studio.frames.sent == []


async def test_a_failed_send_fails_the_chunk(studio: Studio) -> None:
    studio.frames.faults.refuse["send"] = 1
    with pytest.raises(QueueError):
        await publish(studio, 25)


async def test_leaving_early_ends_the_uploads_under_way(studio: Studio) -> None:
    studio.objects.faults.latency = 5.0

    async def leave_early() -> None:
        async with publisher(studio) as publishing:
            for instant in range(BATCH):
                await publishing.add(sampled(instant))
            await asyncio.sleep(1)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await leave_early()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert studio.uploaded == {}
    assert studio.frames.sent == []
