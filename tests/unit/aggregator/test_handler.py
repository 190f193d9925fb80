"""From results to a finished video: states in their order, files before the end, and nothing after it."""

from __future__ import annotations

import asyncio

import pytest

from shared.messaging.endings import Reject
from shared.messaging.messages import ChunkExtracted, FrameReady, FrameResult
from shared.messaging.queue import Message
from shared.videos.announcements import AnnouncementError
from shared.videos.ledger import ACTIVE, Examined, LedgerError, State
from tests.unit.aggregator.books import (
    BUCKET,
    ID,
    Office,
    a_life,
    detected,
    extracted,
    failed,
    message,
)

FILES = {
    "detections.json": "application/json",
    "detections.parquet": "application/vnd.apache.parquet",
    "exposures.csv": "text/csv",
    "exposures.vtt": "text/vtt",
    "exposures.edl": "text/plain",
    "contact-sheet.jpg": "image/jpeg",
    "report.html": "text/html; charset=utf-8",
    "summary.json": "application/json",
}


async def test_a_video_is_finished_with_its_last_result_and_not_before() -> None:
    office = await Office().plan()
    *life, last = a_life()
    await office.enter(life)
    before, files = office.video.state, office.files
    await office.enter([last])
    assert [before, office.video.state] == [State.DETECTING, State.COMPLETED_WITH_ERRORS]
    assert [set(files), set(office.files)] == [set(), set(FILES)]


async def test_a_video_is_detecting_once_all_its_chunks_are_extracted() -> None:
    office = await Office(chunks=2).plan()
    await office.enter([extracted(0), *[detected(n) for n in range(4)]])
    before = office.video.state
    await office.enter([extracted(1)])
    assert [before, office.video.state] == [State.EXTRACTING, State.DETECTING]


async def test_the_books_of_the_video_balance() -> None:
    office = await Office().plan()
    await office.enter(a_life())
    counts = office.video.counts
    assert counts.sampled == counts.published + counts.skipped == 12
    assert counts.published == counts.by("logos").total == 9
    assert counts.examined == {"logos": Examined(detected=8, failed=1)}


@pytest.mark.parametrize(
    ("told", "frames", "state"),
    [
        (extracted(0), [detected(n) for n in range(4)], State.COMPLETED),
        (extracted(0), [failed(n) for n in range(4)], State.COMPLETED_WITH_ERRORS),
        (extracted(0, 0), [], State.COMPLETED),
        (extracted(0, 0, damage="the video is gone"), [], State.FAILED),
    ],
)
async def test_the_final_state_tells_what_went_wrong(
    told: ChunkExtracted, frames: list[FrameResult], state: State
) -> None:
    office = await Office(chunks=1).plan()
    await office.enter([*frames, told])
    assert office.video.state is state
    assert set(office.files) == set(FILES)


async def test_the_row_of_a_finished_video_says_why_in_one_sentence() -> None:
    office = await Office(chunks=1).plan()
    await office.enter([extracted(0), *[failed(n, "unreadable") for n in range(4)]])
    assert office.video.error == "4 of 4 frames could not be examined (unreadable)"
    assert office.video.finished_at is not None


async def test_files_lie_below_the_id_of_the_video_with_their_type() -> None:
    office = await Office().plan()
    await office.enter(a_life())
    written = {
        address.key: held.content_type
        for address, held in office.objects.stored.items()
        if address.bucket == BUCKET
    }
    assert written == {f"results/{ID}/{name}": content_type for name, content_type in FILES.items()}


async def test_the_summary_is_written_last() -> None:
    office = await Office().plan()
    await office.enter(a_life())
    written = [address.key for address in office.objects.stored if address.bucket == BUCKET]
    assert written[-1] == f"results/{ID}/summary.json"


@pytest.mark.parametrize("arrived", [0, 5, len(a_life()) - 1])
async def test_a_cancelled_video_is_not_finished(arrived: int) -> None:
    office = await Office().plan()
    await office.enter(a_life()[:arrived])
    await office.ledger.move(ID, State.CANCELLED, ACTIVE, "cancelled by hand")
    await office.enter(a_life()[arrived:])
    assert (office.video.state, office.video.error) == (State.CANCELLED, "cancelled by hand")
    assert office.files == {}


async def test_a_result_that_comes_again_after_the_end_changes_nothing() -> None:
    office = await Office().plan()
    await office.enter(a_life())
    row, written = office.video, office.objects.faults.calls.count("put")
    await office.enter(a_life())
    assert office.video == row
    assert office.objects.faults.calls.count("put") == written


async def test_a_result_of_a_video_nobody_planned_is_kept_for_another_try() -> None:
    with pytest.raises(LedgerError):
        await Office().enter([detected(0)])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"kind": "frame-detected"}',
        FrameReady(video_id=ID, chunk=0, instant=0, timestamp_ms=0, bucket="b", key="k").body(),
    ],
)
async def test_what_is_no_result_is_rejected(body: str) -> None:
    with pytest.raises(Reject):
        await Office().handler()(Message("m", body, "r", 1, 0.0))


async def test_whoever_waits_is_told_once_of_a_video_that_has_ended_and_where_its_summary_lies() -> None:
    office = await Office().plan()
    *life, last = a_life()
    await office.enter(life)
    assert office.announcer.told == []
    await office.enter([last, last])
    [told] = office.announcer.told
    assert (told.video_id, told.state, told.bucket) == (ID, State.COMPLETED_WITH_ERRORS, BUCKET)
    assert told.summary == f"results/{ID}/summary.json"
    assert told.error == office.video.error


async def test_a_video_whose_end_cannot_be_told_is_finished_when_it_can() -> None:
    office = await Office().plan()
    *life, last = a_life()
    await office.enter(life)
    office.announcer.faults.refuse["announce"] = 1
    with pytest.raises(AnnouncementError):
        await office.enter([last])
    assert office.video.state in ACTIVE
    await office.enter([last])
    assert office.video.state is State.COMPLETED_WITH_ERRORS
    assert len(office.announcer.told) == 1


async def test_of_many_last_results_at_once_only_one_writes_the_files() -> None:
    office = await Office(chunks=1).plan()
    office.ledger.faults.latency = office.objects.faults.latency = 0.1
    handler = office.handler()
    life = [extracted(0), *[detected(n) for n in range(4)]]
    await asyncio.gather(*[handler(message(result)) for result in life])
    assert office.video.state is State.COMPLETED
    assert office.objects.faults.calls.count("put") == len(FILES) - 2
