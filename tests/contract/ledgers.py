"""A ledger with a planned video, on the fake and on DynamoDB, and the results that are entered in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import pytest_asyncio

from shared.aws.dynamodb.counting import DynamoCounting
from shared.aws.dynamodb.videos import DynamoVideos
from shared.config.options import Options
from shared.messaging.messages import (
    BoundingBox,
    ChunkExtracted,
    Detection,
    FoundEdge,
    FrameDetected,
    FrameFailed,
    FrameResult,
    SkippedInstants,
    Source,
)
from shared.videos.ledger import Chunk, Counting, State, Video, Videos
from tests.contract.names import unique
from tests.fakes import FakeLedger

BOX = BoundingBox(left=0.1, top=0.2, width=0.3, height=0.4)


@dataclass(frozen=True)
class Ledger:
    """Both ports of the ledger, on the same books."""

    videos: Videos
    counting: Counting


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "fake":
        fake = FakeLedger()
        return Ledger(fake, fake)
    name = request.getfixturevalue("installation").table_name
    dynamodb = request.getfixturevalue("clients").dynamodb
    counting = DynamoCounting(dynamodb, name("ledger"), name("detections"))
    return Ledger(DynamoVideos(dynamodb, name("ledger")), counting)


@pytest_asyncio.fixture(loop_scope="session")
async def cup(ledger: Ledger) -> str:
    """The id of a planned video with two chunks of four instants."""
    return await planned(ledger, ("logos",))


async def frames(ledger: Ledger, video: str) -> list[FrameResult]:
    return [result async for result in ledger.counting.frames(video)]


async def planned(ledger: Ledger, detectors: tuple[str, ...]) -> str:
    video = Video(
        video_id=unique("cup"),
        source=Source(bucket="videos", key="in/cup.mp4", version="1"),
        options=Options(detectors=detectors),
        state=State.DETECTING,
        created_at=1.0,
        deadline_at=2.0,
        instants=8,
        chunks=2,
    )
    await ledger.videos.plan(video, [Chunk(n, 4, detectors=detectors) for n in (0, 1)])
    return video.video_id


def detected(cup: str, chunk: int, instant: int) -> FrameDetected:
    found = (Detection(label="acme", confidence=97.25, box=BOX), Detection(label="globex", confidence=40))
    return FrameDetected(
        video_id=cup,
        chunk=chunk,
        instant=instant,
        timestamp_ms=instant * 1000,
        model="m",
        detections=found,
        latency_ms=12,
    )


def failed(cup: str, chunk: int, instant: int, reason: str = "no image") -> FrameFailed:
    return FrameFailed(video_id=cup, chunk=chunk, instant=instant, timestamp_ms=instant * 1000, reason=reason)


def extracted(cup: str, chunk: int = 0) -> ChunkExtracted:
    skipped = (SkippedInstants(reason="duplicate", count=1), SkippedInstants(reason="dark", count=1))
    edge = FoundEdge(detector="logos", label="Café Ω", shown=128, gone=64, at=99, sure=True)
    return ChunkExtracted(
        video_id=cup,
        chunk=chunk,
        sampled=4,
        published=2,
        skipped=skipped,
        damage="a gap of 3 s",
        edges=(edge,),
    )


async def row(ledger: Ledger, cup: str, number: int = 0) -> Chunk:
    found = await ledger.counting.chunk(cup, number)
    assert found
    return found


async def video_row(ledger: Ledger, cup: str) -> Video:
    found = await ledger.videos.get(cup)
    assert found
    return found
