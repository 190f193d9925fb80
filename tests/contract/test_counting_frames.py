"""Frames in the books: each counts once, however often and in whatever order its results come."""

from __future__ import annotations

import asyncio
import random

import pytest

from shared.messaging.messages import FrameFailed, FrameResult
from shared.videos.ledger import Chunk, Counts, Examined, LedgerError, State, UnknownChunk
from tests.contract.ledgers import (
    Ledger,
    cup,
    detected,
    extracted,
    failed,
    frames,
    ledger,
    planned,
    row,
    video_row,
)

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]
__all__ = ["cup", "ledger"]  # fixtures


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


async def test_a_frame_of_an_unknown_chunk_is_refused_and_leaves_nothing(ledger: Ledger, cup: str) -> None:
    with pytest.raises(UnknownChunk):
        await ledger.counting.enter_frame(detected(cup, 77, 1))
    assert await frames(ledger, cup) == []
    assert await ledger.counting.chunk(cup, 77) is None


async def closed_with_a_failure(ledger: Ledger, cup: str) -> FrameFailed:
    """A closed chunk of two frames, the second of which has failed."""
    await ledger.counting.enter_extracted(extracted(cup))
    failure = failed(cup, 0, 1)
    for result in (detected(cup, 0, 0), failure):
        await ledger.counting.enter_frame(result)
    await ledger.counting.close_chunk(cup, await row(ledger, cup))
    return failure


async def test_a_reopened_failure_leaves_the_books_and_opens_its_chunk(ledger: Ledger, cup: str) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    closed = await row(ledger, cup)
    for _ in range(2):  # the second time nothing is left to do
        await ledger.counting.reopen_frame(failure, closed)
    reopened = await row(ledger, cup)
    assert (reopened.closed, reopened.counts.by("logos")) == (False, Examined(detected=1, failed=0))
    video = await video_row(ledger, cup)
    assert (video.chunks_closed, video.counts.by("logos").total) == (0, 0)
    assert failure in await frames(ledger, cup)


async def test_a_video_that_has_ended_is_at_work_again_with_each_failure_that_is_reopened(
    ledger: Ledger, cup: str
) -> None:
    await ledger.counting.enter_extracted(extracted(cup))
    failures = [failed(cup, 0, 0), failed(cup, 0, 1)]
    for failure in failures:
        await ledger.counting.enter_frame(failure)
    for reopened, failure in enumerate(failures, 1):
        await ledger.videos.move(cup, State.COMPLETED_WITH_ERRORS, {State.DETECTING}, "2 frames failed")
        await ledger.counting.reopen_frame(failure, await row(ledger, cup))
        video = await video_row(ledger, cup)
        assert (video.state, video.error, video.reopened) == (State.DETECTING, "", reopened)
    assert (await row(ledger, cup)).counts == Counts(sampled=4, published=2, skipped=2)


async def test_a_failure_of_a_cancelled_video_stays_in_the_books(ledger: Ledger, cup: str) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    await ledger.videos.move(cup, State.CANCELLED, {State.DETECTING}, "cancelled by hand")
    before = (await video_row(ledger, cup), await row(ledger, cup))
    with pytest.raises(LedgerError, match="changed meanwhile"):
        await ledger.counting.reopen_frame(failure, before[1])
    assert (await video_row(ledger, cup), await row(ledger, cup)) == before


async def test_a_failure_that_failed_again_is_not_what_it_was(ledger: Ledger, cup: str) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    before = await video_row(ledger, cup)
    await ledger.counting.reopen_frame(failure, await row(ledger, cup))
    await ledger.counting.enter_frame(failed(cup, 0, 1, "for another reason"))
    await ledger.counting.close_chunk(cup, await row(ledger, cup))
    after = await video_row(ledger, cup)
    assert (after.counts, after.counts_as(before)) == (before.counts, False)
    assert not await ledger.videos.end(before, State.COMPLETED_WITH_ERRORS)
    assert await ledger.videos.end(after, State.COMPLETED_WITH_ERRORS)


async def test_a_video_is_extended_only_while_its_books_are_as_they_were_read(
    ledger: Ledger, cup: str
) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    before = await video_row(ledger, cup)
    await ledger.counting.reopen_frame(failure, await row(ledger, cup))
    await ledger.videos.extend(before, Chunk(before.chunks, 1, wanted=(3,), grid=8))
    assert await ledger.counting.chunk(cup, before.chunks) is None
    now = await video_row(ledger, cup)
    await ledger.videos.extend(now, Chunk(now.chunks, 1, wanted=(3,), grid=8))
    assert (await row(ledger, cup, now.chunks)).wanted == (3,)


async def test_the_second_result_of_a_reopened_failure_counts_once_and_stands(
    ledger: Ledger, cup: str
) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    await ledger.counting.reopen_frame(failure, await row(ledger, cup))
    for _ in range(2):
        await ledger.counting.enter_frame(detected(cup, 0, 1))
    after = await row(ledger, cup)
    assert after.counts.by("logos") == Examined(detected=2, failed=0)
    await ledger.counting.reopen_frame(failure, after)
    assert await row(ledger, cup) == after


async def test_a_chunk_whose_failure_was_reopened_meanwhile_is_not_closed(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_extracted(extracted(cup))
    failure = failed(cup, 0, 1)
    for result in (detected(cup, 0, 0), failure):
        await ledger.counting.enter_frame(result)
    complete = await row(ledger, cup)
    await ledger.counting.reopen_frame(failure, complete)
    await ledger.counting.close_chunk(cup, complete)
    assert not (await row(ledger, cup)).closed
    assert (await video_row(ledger, cup)).chunks_closed == 0
    await ledger.counting.enter_frame(detected(cup, 0, 1))
    await ledger.counting.close_chunk(cup, await row(ledger, cup))
    video = await video_row(ledger, cup)
    assert (video.chunks_closed, video.counts.by("logos")) == (1, Examined(detected=2, failed=0))


async def test_a_video_ends_only_while_its_books_are_as_they_were_read(ledger: Ledger, cup: str) -> None:
    failure = await closed_with_a_failure(ledger, cup)
    before = await video_row(ledger, cup)
    await ledger.counting.reopen_frame(failure, await row(ledger, cup))
    assert not await ledger.videos.end(before, State.COMPLETED_WITH_ERRORS)
    await ledger.counting.enter_frame(detected(cup, 0, 1))
    await ledger.counting.close_chunk(cup, await row(ledger, cup))
    assert not await ledger.videos.end(before, State.COMPLETED_WITH_ERRORS)
    now = await video_row(ledger, cup)
    assert await ledger.videos.end(now, State.COMPLETED, "why")
    ended = await video_row(ledger, cup)
    assert (ended.state, ended.error, ended.finished_at is None) == (State.COMPLETED, "why", False)
    assert not await ledger.videos.end(now, State.FAILED)


async def test_the_results_of_a_span_of_time_are_read_alone(ledger: Ledger, cup: str) -> None:
    results = [detected(cup, 0, instant) for instant in range(4)]
    for result in results:
        await ledger.counting.enter_frame(result)
    first, last = results[1].timestamp_ms, results[2].timestamp_ms
    assert [found async for found in ledger.counting.frames(cup, (first, last))] == results[1:3]


async def test_more_results_than_fit_one_page_come_in_the_order_of_time(ledger: Ledger, cup: str) -> None:
    reason = "long" * 70_000  # 280 kB, a page is 1 MB
    results = [failed(cup, 0, instant, reason) for instant in (5, 0, 3, 1, 2, 4)]
    for result in results:
        await ledger.counting.enter_frame(result)
    found = await frames(ledger, cup)
    assert found == sorted(results, key=lambda result: result.timestamp_ms)
