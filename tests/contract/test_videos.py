"""The list of videos: planned once, moved only from where it may be, listed oldest first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from shared.aws.dynamodb.videos import DynamoVideos
from shared.config.options import Options, Sampling
from shared.messaging.messages import BoundingBox, LogoInSight, OpenEdge, Source
from shared.videos.ledger import ACTIVE, ANY_STATE, Chunk, State, Video, Videos
from tests.contract.names import unique
from tests.fakes import FakeLedger

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(params=["fake", "dynamodb"])
def videos(request: pytest.FixtureRequest) -> Videos:
    if request.param == "fake":
        return FakeLedger()
    installation = request.getfixturevalue("installation")
    return DynamoVideos(request.getfixturevalue("clients").dynamodb, installation.table_name("ledger"))


def planned(created_at: float = 1763884800.25) -> Video:
    return Video(
        video_id=unique("cup"),
        source=Source(bucket="videos", key="in/Überholspur.mp4", version="abc"),
        options=Options(sampling=Sampling(interval=Decimal("0.1"), quality=90)),
        state=State.PLANNED,
        created_at=created_at,
        deadline_at=created_at + 7200.5,
        duration_ms=12_345,
        width=1920,
        height=1080,
        instants=124,
        chunks=2,
    )


CHUNKS = [Chunk(1, 4), Chunk(0, 120)]


async def test_a_planned_video_and_its_chunks_are_read_as_entered(videos: Videos) -> None:
    video = planned()
    assert await videos.plan(video, CHUNKS) == video
    assert await videos.get(video.video_id) == video
    assert await videos.chunks(video.video_id) == [Chunk(0, 120), Chunk(1, 4)]


async def test_an_unknown_video_has_no_row_and_no_chunks(videos: Videos) -> None:
    assert await videos.get("unknown") is None
    assert await videos.chunks("unknown") == []


async def test_planning_again_changes_nothing_and_tells_what_stands(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, CHUNKS)
    await videos.move(video.video_id, State.EXTRACTING, {State.PLANNED})
    later = replace(video, created_at=video.created_at + 60, chunks=3)
    stands = await videos.plan(later, [Chunk(0, 7), Chunk(1, 4)])
    assert stands == replace(video, state=State.EXTRACTING)
    assert await videos.chunks(video.video_id) == [Chunk(0, 120), Chunk(1, 4)]


async def test_a_plan_that_was_cut_short_is_completed(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, CHUNKS[:1])
    await videos.plan(video, CHUNKS)
    assert len(await videos.chunks(video.video_id)) == 2


async def test_two_plans_at_a_time_make_one_video(videos: Videos) -> None:
    video = planned()
    rows = await asyncio.gather(
        *(videos.plan(replace(video, created_at=video.created_at + n), CHUNKS) for n in range(5))
    )
    assert len({row.created_at for row in rows}) == 1


async def test_chunks_come_in_order_however_many(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, [Chunk(number, 1) for number in (100, 9, 10, 99_999, 0)])
    assert [chunk.number for chunk in await videos.chunks(video.video_id)] == [0, 9, 10, 100, 99_999]


async def test_a_video_moves_only_from_the_states_it_may(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, CHUNKS)
    assert not await videos.move(video.video_id, State.COMPLETED, {State.DETECTING})
    assert await videos.get(video.video_id) == video
    assert await videos.move(video.video_id, State.EXTRACTING, ACTIVE)
    row = await videos.get(video.video_id)
    assert row
    assert (row.state, row.finished_at, row.error) == (State.EXTRACTING, None, "")


async def test_an_unknown_video_does_not_move(videos: Videos) -> None:
    assert not await videos.move("unknown", State.FAILED, ANY_STATE)
    assert await videos.get("unknown") is None


async def test_a_video_that_ends_keeps_when_and_why(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, CHUNKS)
    assert await videos.move(video.video_id, State.FAILED, ACTIVE, "the container is not supported")
    row = await videos.get(video.video_id)
    assert row
    assert (row.state, row.error) == (State.FAILED, "the container is not supported")
    assert row.finished_at is not None
    assert row.finished_at > video.created_at


async def test_of_two_moves_at_a_time_one_succeeds(videos: Videos) -> None:
    video = planned()
    await videos.plan(video, CHUNKS)
    moved = await asyncio.gather(
        *(videos.move(video.video_id, State.CANCELLED, {State.PLANNED}) for _ in range(5))
    )
    assert sorted(moved) == [False] * 4 + [True]


async def test_videos_are_listed_by_state_oldest_first(videos: Videos) -> None:
    young, old, done = planned(2000.0), planned(1000.5), planned(1.0)
    for video in (young, old, done):
        await videos.plan(video, [])
    await videos.move(young.video_id, State.DETECTING, ACTIVE)
    await videos.move(done.video_id, State.COMPLETED, ACTIVE)
    ours = {young.video_id, old.video_id, done.video_id}
    listed = [video.video_id for video in await videos.in_states(ACTIVE) if video.video_id in ours]
    assert listed == [old.video_id, young.video_id]
    every = [video.video_id for video in await videos.in_states(ANY_STATE) if video.video_id in ours]
    assert every == [done.video_id, old.video_id, young.video_id]


async def test_a_video_that_has_ended_is_not_extended(videos: Videos) -> None:
    row = await videos.plan(planned(), CHUNKS)
    await videos.move(row.video_id, State.COMPLETED, ACTIVE)
    await videos.extend(row, Chunk(row.chunks, 2, grid=8, wanted=(12, 13)))
    assert len(await videos.chunks(row.video_id)) == len(CHUNKS)
    ended = await videos.get(row.video_id)
    assert ended
    assert (ended.chunks, ended.instants) == (row.chunks, row.instants)


async def test_a_video_is_extended_once_by_each_chunk(videos: Videos) -> None:
    cup = planned()
    row = await videos.plan(cup, CHUNKS)
    logo = LogoInSight(left=0.1, top=1 / 3, width=0.2, height=0.4, share=2 / 3)
    cover = BoundingBox(left=0.2, top=1 / 3, width=0.2, height=0.1)
    edge = OpenEdge(detector="logos", label="Café Ω", shown=128, gone=64, logos=(logo,), covers=(cover,))
    extra = Chunk(row.chunks, 2, detectors=("logos",), grid=8, wanted=(12, 13), edges=(edge,))
    for _ in range(2):
        await videos.extend(row, extra)
    await videos.extend(row, replace(extra, number=row.chunks + 1))  # by one who has an old row
    longer = await videos.get(cup.video_id)
    assert longer
    assert (longer.chunks, longer.instants) == (row.chunks + 1, row.instants + 2)
    [*_, last] = await videos.chunks(cup.video_id)
    assert (last.number, last.grid, last.wanted, last.instants) == (row.chunks, 8, (12, 13), 2)
    assert last.edges == (edge,)
