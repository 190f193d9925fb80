"""The books of frames: everything counts once, however often and in whatever order it comes."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from shared.dynamodb_counting import DynamoCounting
from shared.dynamodb_videos import DynamoVideos
from shared.ledger import Chunk, Counting, Counts, Examined, LedgerError, Seen, State, Video, Videos
from shared.messages import (
    BoundingBox,
    ChunkExtracted,
    Detection,
    FrameDetected,
    FrameFailed,
    FrameResult,
    SkippedInstants,
    Source,
)
from shared.options import Options
from tests.contract.names import unique
from tests.fakes import FakeLedger

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

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
    return ChunkExtracted(
        video_id=cup, chunk=chunk, sampled=4, published=2, skipped=skipped, damage="a gap of 3 s"
    )


async def row(ledger: Ledger, cup: str, number: int = 0) -> Chunk:
    found = await ledger.counting.chunk(cup, number)
    assert found
    return found


async def video_row(ledger: Ledger, cup: str) -> Video:
    found = await ledger.videos.get(cup)
    assert found
    return found


async def test_an_extracted_chunk_is_entered_once_in_its_row_and_the_video_s(
    ledger: Ledger, cup: str
) -> None:
    for _ in range(3):
        await ledger.counting.enter_extracted(extracted(cup))
    entered = await row(ledger, cup)
    assert entered.extracted
    assert entered.counts == Counts(sampled=4, published=2, skipped=2)
    assert entered.skipped == extracted(cup).skipped
    assert entered.damage == "a gap of 3 s"
    video = await video_row(ledger, cup)
    assert (video.chunks_extracted, video.counts) == (1, Counts(sampled=4, published=2, skipped=2))


async def test_the_first_report_of_a_chunk_stands(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_extracted(extracted(cup))
    await ledger.counting.enter_extracted(extracted(cup).model_copy(update={"published": 99}))
    assert (await row(ledger, cup)).counts.published == 2


async def test_a_frame_counts_once_however_often_it_comes(ledger: Ledger, cup: str) -> None:
    for _ in range(3):
        await ledger.counting.enter_frame(detected(cup, 0, 1))
        await ledger.counting.enter_frame(failed(cup, 0, 2))
    assert (await row(ledger, cup)).counts == Counts(examined={"logos": Examined(1, 1)})


async def test_a_frame_s_first_result_stands(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_frame(detected(cup, 0, 1))
    await ledger.counting.enter_frame(failed(cup, 0, 1))
    assert await frames(ledger, cup) == [detected(cup, 0, 1)]
    assert (await row(ledger, cup)).counts == Counts(examined={"logos": Examined(1, 0)})


async def test_duplicates_at_the_same_time_count_once(ledger: Ledger, cup: str) -> None:
    results: list[FrameResult] = [detected(cup, n // 4, n) for n in range(8)]
    storm = results * 4
    random.Random(7).shuffle(storm)
    await asyncio.gather(*(ledger.counting.enter_frame(result) for result in storm))
    assert [(await row(ledger, cup, n)).counts.by("logos").detected for n in (0, 1)] == [4, 4]
    assert await frames(ledger, cup) == results


async def test_each_detector_s_results_count_apart(ledger: Ledger) -> None:
    cup = await planned(ledger, ("logos", "words"))
    await ledger.counting.enter_extracted(extracted(cup))
    for name in ("words", "logos", "words"):
        await ledger.counting.enter_frame(detected(cup, 0, 0).model_copy(update={"detector": name}))
    await ledger.counting.enter_frame(failed(cup, 0, 1))
    half = await row(ledger, cup)
    assert half.counts.examined == {"logos": Examined(1, 1), "words": Examined(1, 0)}
    assert [half.outstanding(name) for name in ("logos", "words")] == [0, 1]
    assert not half.complete
    await ledger.counting.enter_frame(failed(cup, 0, 1).model_copy(update={"detector": "words"}))
    await ledger.counting.close_chunk(cup, await row(ledger, cup))
    counts = (await video_row(ledger, cup)).counts
    assert counts.examined == {"logos": Examined(1, 1), "words": Examined(1, 1)}
    assert [(found.instant, found.detector) for found in await frames(ledger, cup)] == [
        (instant, name) for instant in (0, 1) for name in ("logos", "words")
    ]


async def test_frames_may_come_before_the_chunk_s_report(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_frame(detected(cup, 0, 0))
    await ledger.counting.enter_frame(failed(cup, 0, 1))
    assert not (await row(ledger, cup)).complete
    await ledger.counting.enter_extracted(extracted(cup))
    complete = await row(ledger, cup)
    assert complete.complete
    assert complete.counts == Counts(sampled=4, published=2, skipped=2, examined={"logos": Examined(1, 1)})


async def test_a_frame_of_an_unknown_chunk_is_refused_and_leaves_nothing(ledger: Ledger, cup: str) -> None:
    with pytest.raises(LedgerError, match="a chunk that the ledger does not know"):
        await ledger.counting.enter_frame(detected(cup, 77, 1))
    assert await frames(ledger, cup) == []
    assert await ledger.counting.chunk(cup, 77) is None


async def test_a_report_of_an_unknown_chunk_leaves_nothing(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_extracted(extracted(cup, chunk=77))
    assert await ledger.counting.chunk(cup, 77) is None
    assert (await video_row(ledger, cup)).chunks_extracted == 0


async def test_progress_is_shown_until_the_chunk_is_extracted(ledger: Ledger, cup: str) -> None:
    await ledger.counting.note_progress(cup, 0, 3)
    assert (await row(ledger, cup)).counts.published == 3
    await ledger.counting.enter_extracted(extracted(cup))
    await ledger.counting.note_progress(cup, 0, 4)
    assert (await row(ledger, cup)).counts.published == 2
    await ledger.counting.note_progress(cup, 77, 1)
    assert await ledger.counting.chunk(cup, 77) is None


async def test_a_chunk_is_closed_once(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_frame(detected(cup, 0, 0))
    await ledger.counting.enter_frame(failed(cup, 0, 1))
    await ledger.counting.enter_extracted(extracted(cup))
    complete = await row(ledger, cup)
    await asyncio.gather(*(ledger.counting.close_chunk(cup, complete) for _ in range(4)))
    await ledger.counting.close_chunk(cup, complete)
    assert await row(ledger, cup) == replace(complete, closed=True)
    video = await video_row(ledger, cup)
    assert video.chunks_closed == 1
    assert video.counts == Counts(sampled=4, published=2, skipped=2, examined={"logos": Examined(1, 1)})


async def test_chunks_closed_side_by_side_all_count(ledger: Ledger, cup: str) -> None:
    async def through(number: int) -> None:
        await ledger.counting.enter_extracted(extracted(cup, number))
        for instant in (0, 1):
            await ledger.counting.enter_frame(detected(cup, number, number * 4 + instant))
        await ledger.counting.close_chunk(cup, await row(ledger, cup, number))

    await asyncio.gather(through(0), through(1))
    video = await video_row(ledger, cup)
    assert (video.chunks_extracted, video.chunks_closed) == (2, 2)
    assert video.counts == Counts(sampled=8, published=4, skipped=4, examined={"logos": Examined(4, 0)})


async def test_the_video_s_own_columns_are_left_alone(ledger: Ledger, cup: str) -> None:
    before = await video_row(ledger, cup)
    await ledger.counting.enter_extracted(extracted(cup))
    after = await video_row(ledger, cup)
    assert replace(after, counts=Counts(), chunks_extracted=0) == before


async def test_more_results_than_fit_one_page_come_in_the_order_of_time(ledger: Ledger, cup: str) -> None:
    reason = "long" * 70_000  # 280 kB, a page is 1 MB
    results = [failed(cup, 0, instant, reason) for instant in (5, 0, 3, 1, 2, 4)]
    for result in results:
        await ledger.counting.enter_frame(result)
    found = await frames(ledger, cup)
    assert found == sorted(results, key=lambda result: result.timestamp_ms)


async def test_a_reopened_failure_leaves_the_books_until_its_second_result(ledger: Ledger, cup: str) -> None:
    extracted = ChunkExtracted(video_id=cup, chunk=0, sampled=2, published=2)
    await ledger.counting.enter_extracted(extracted)
    failure = FrameFailed(
        video_id=cup, chunk=0, instant=1, timestamp_ms=1000, reason="gone", detector="logos"
    )
    found = FrameDetected(
        video_id=cup,
        chunk=0,
        instant=0,
        timestamp_ms=0,
        detector="logos",
        model="v1",
        detections=(),
        latency_ms=1,
    )
    for result in (found, failure):
        await ledger.counting.enter_frame(result)
    chunk = await ledger.counting.chunk(cup, 0)
    assert chunk
    await ledger.counting.close_chunk(cup, chunk)
    closed = await ledger.counting.chunk(cup, 0)
    assert closed
    for _ in range(2):  # the second time nothing is left to do
        await ledger.counting.reopen_frame(failure, closed)
    reopened = await ledger.counting.chunk(cup, 0)
    assert reopened
    assert (reopened.closed, reopened.counts.by("logos")) == (False, Examined(detected=1, failed=0))
    row = await ledger.videos.get(cup)
    assert row
    assert (row.chunks_closed, row.counts.by("logos").total) == (0, 0)
    assert failure in await frames(ledger, cup)
    second = found.model_copy(update={"instant": 1, "timestamp_ms": 1000})
    for _ in range(2):
        await ledger.counting.enter_frame(second)
    after = await ledger.counting.chunk(cup, 0)
    assert after
    assert after.counts.by("logos") == Examined(detected=2, failed=0)
    await ledger.counting.reopen_frame(failure, after)  # it has succeeded since
    assert await ledger.counting.chunk(cup, 0) == after


async def test_the_results_of_a_span_of_time_are_read_alone(ledger: Ledger, cup: str) -> None:
    results = [detected(cup, 0, instant) for instant in range(4)]
    for result in results:
        await ledger.counting.enter_frame(result)
    first, last = results[1].timestamp_ms, results[2].timestamp_ms
    assert [found async for found in ledger.counting.frames(cup, (first, last))] == results[1:3]


async def test_a_closed_chunk_says_what_was_seen_in_it(ledger: Ledger, cup: str) -> None:
    chunk = await ledger.counting.chunk(cup, 0)
    assert chunk
    seen = (Seen("logos", "Acme", 3), Seen("words", "Café Ω", 1))
    await ledger.counting.close_chunk(cup, replace(chunk, seen=seen))
    await ledger.counting.close_chunk(cup, replace(chunk, seen=()))
    closed = await ledger.counting.chunk(cup, 0)
    assert closed
    assert (closed.closed, closed.seen) == (True, seen)
