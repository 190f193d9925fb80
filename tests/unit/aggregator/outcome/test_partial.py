"""Partial results: what a running video has shown so far, chunk by chunk."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.outcome.partial import seen, span_ms
from shared.config.options import Options
from shared.messaging.messages import ScreenedFrame
from shared.videos.ledger import BrandSamples, Chunk
from tests.unit.aggregator.books import ID, PER_CHUNK, Office, a_life, by, detected, extracted, video


async def test_each_closed_chunk_says_what_was_seen_in_it() -> None:
    office = await Office().plan()
    await office.enter([each for each in a_life() if each.chunk < 2])
    rows = office.ledger.books[ID]
    assert rows[0].seen == (BrandSamples("logos", "Acme", 2), BrandSamples("logos", "Bolt", 1))
    assert rows[1].seen == (BrandSamples("logos", "Acme", 1), BrandSamples("logos", "Bolt", 1))
    assert rows[2].seen == ()


async def test_what_several_detectors_see_is_kept_apart() -> None:
    office = await Office(chunks=1, detectors=("logos", "words")).plan()
    life = [extracted(0), *[detected(n, "Acme") for n in range(4)]]
    await office.enter([*life, *by("words", *life)])
    assert office.ledger.books[ID][0].seen == (
        BrandSamples("logos", "Acme", 4),
        BrandSamples("words", "Acme", 4),
    )


async def test_a_short_last_chunk_says_what_was_seen_in_it_whatever_was_asked_for_after_it() -> None:
    office = await Office(chunks=2).plan()
    office.ledger.books[ID][1] = replace(office.ledger.books[ID][1], instants=2)
    await office.ledger.extend(office.video, Chunk(2, 3, grid=8, wanted=(1, 2, 3)))
    told = extracted(1, published=2).model_copy(update={"sampled": 2, "skipped": ()})
    await office.enter([told, detected(4, "Acme"), detected(5, "Acme")])
    assert office.ledger.books[ID][1].seen == (BrandSamples("logos", "Acme", 2),)


def test_a_near_duplicate_counts_as_what_it_repeats() -> None:
    copy = ScreenedFrame(instant=1, timestamp_ms=500, reason="near-duplicate", measure=1.0, same_as=0)
    chunk = Chunk(0, PER_CHUNK, screened=(copy,))
    assert seen(video(1), chunk, [detected(0, "Acme")]) == (BrandSamples("logos", "Acme", 2),)


def test_only_the_wanted_brands_count() -> None:
    wanted = replace(video(1), options=Options(labels=("Bolt",)))
    assert seen(wanted, Chunk(0, PER_CHUNK), [detected(0, "Acme", "Bolt")]) == (
        BrandSamples("logos", "Bolt", 1),
    )


@given(st.integers(1, 5), st.integers(1, PER_CHUNK))
def test_the_span_of_a_chunk_holds_all_its_frames(chunks: int, last: int) -> None:
    for number in range(chunks):
        size = last if number == chunks - 1 else PER_CHUNK
        first, end = span_ms(F(1, 2), Chunk(0, last if chunks == 1 else PER_CHUNK), Chunk(number, size))
        instants = range(number * PER_CHUNK, number * PER_CHUNK + size)
        assert all(first <= F(instant, 2) * 1000 <= end for instant in instants)
