"""How far videos are: soon and exact where few are at work, in turn where there are many."""

from __future__ import annotations

from dataclasses import replace

from services.dashboard.live.following import READ_AT_ONCE, Following
from shared.messaging.messages import ChunkExtracted
from shared.videos import snapshot
from shared.videos.ledger import ACTIVE, State
from tests.fakes import FakeLedger
from tests.known_videos import ledger_of, video


def at_work(count: int) -> list[str]:
    return [f"cup-{number}" for number in range(count)]


async def ledger_with(count: int) -> FakeLedger:
    return await ledger_of(*[video(name, f"in/{name}.mp4") for name in at_work(count)])


async def publish(ledger: FakeLedger, video_id: str, published: int) -> None:
    await ledger.note_progress(video_id, 0, published)


async def test_of_few_videos_every_look_shows_all_there_is() -> None:
    ledger = await ledger_with(READ_AT_ONCE)
    following = Following(ledger)
    for published in (1, 2, 3):
        for name in at_work(READ_AT_ONCE):
            await publish(ledger, name, published)
        videos = await ledger.in_states(ACTIVE)
        assert await following.look(videos) == await snapshot.progress(ledger, videos)


async def test_a_look_costs_the_same_however_many_are_at_work_and_none_waits_long() -> None:
    ledger = await ledger_with(5 * READ_AT_ONCE)
    following, videos = Following(ledger), await ledger.in_states(ACTIVE)
    for name in at_work(5 * READ_AT_ONCE):
        await publish(ledger, name, 7)
    for look in range(1, 6):
        ledger.faults.calls.clear()
        seen = await following.look(videos)
        assert ledger.faults.calls == ["chunks"] * READ_AT_ONCE
        assert sum(each.published == 7 for each in seen) == look * READ_AT_ONCE
        assert [each.video for each in seen] == videos


async def test_a_video_whose_turn_has_not_come_shows_what_its_row_counts() -> None:
    ledger = await ledger_with(READ_AT_ONCE + 1)
    last = at_work(READ_AT_ONCE + 1)[-1]
    await ledger.enter_extracted(ChunkExtracted(video_id=last, chunk=0, sampled=10, published=9))
    videos = sorted(await ledger.in_states(ACTIVE), key=lambda each: each.video_id == last)
    assert (await Following(ledger).look(videos))[-1].published == 9


async def test_the_chunks_of_what_has_ended_are_read_at_most_once() -> None:
    ledger = await ledger_with(1)
    following = Following(ledger)
    await following.look(await ledger.in_states(ACTIVE))
    await publish(ledger, "cup-0", 4)
    await ledger.move("cup-0", State.CANCELLED, ACTIVE)
    ledger.faults.calls.clear()
    for _ in range(3):
        [seen] = await following.look([ledger.videos["cup-0"]])
        assert (seen.published, seen.ended) == (4, True)
    assert ledger.faults.calls == ["chunks"]


async def test_what_is_closed_is_shown_at_once_and_by_its_row() -> None:
    ledger = await ledger_with(1)
    following, row = Following(ledger), ledger.videos["cup-0"]
    await following.look([row])
    closed = replace(row, chunks_closed=2, state=State.COMPLETED)
    ledger.faults.calls.clear()
    assert await following.look([closed]) == [snapshot.by_row(closed)]
    assert ledger.faults.calls == []
