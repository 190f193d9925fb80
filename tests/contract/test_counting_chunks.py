"""Chunks in the books: each is extracted once and closed once, and adds up to its video."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from shared.videos.ledger import BrandSamples, Counts, Examined, UnknownChunk
from tests.contract.ledgers import Ledger, cup, detected, extracted, failed, ledger, row, video_row

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]
__all__ = ["cup", "ledger"]  # fixtures


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
    assert entered.found == extracted(cup).edges
    video = await video_row(ledger, cup)
    assert (video.chunks_extracted, video.counts) == (1, Counts(sampled=4, published=2, skipped=2))


async def test_the_first_report_of_a_chunk_stands(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_extracted(extracted(cup))
    await ledger.counting.enter_extracted(extracted(cup).model_copy(update={"published": 99}))
    assert (await row(ledger, cup)).counts.published == 2


async def test_frames_may_come_before_the_chunk_s_report(ledger: Ledger, cup: str) -> None:
    await ledger.counting.enter_frame(detected(cup, 0, 0))
    await ledger.counting.enter_frame(failed(cup, 0, 1))
    assert not (await row(ledger, cup)).complete
    await ledger.counting.enter_extracted(extracted(cup))
    complete = await row(ledger, cup)
    assert complete.complete
    assert complete.counts == Counts(sampled=4, published=2, skipped=2, examined={"logos": Examined(1, 1)})


async def test_a_report_of_an_unknown_chunk_is_refused_and_leaves_nothing(ledger: Ledger, cup: str) -> None:
    with pytest.raises(UnknownChunk):
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


async def test_a_closed_chunk_says_what_was_seen_in_it(ledger: Ledger, cup: str) -> None:
    chunk = await row(ledger, cup)
    seen = (BrandSamples("logos", "Acme", 3), BrandSamples("words", "Café Ω", 1))
    await ledger.counting.close_chunk(cup, replace(chunk, seen=seen))
    await ledger.counting.close_chunk(cup, replace(chunk, seen=()))
    closed = await row(ledger, cup)
    assert (closed.closed, closed.seen) == (True, seen)
