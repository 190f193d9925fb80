"""What a finished video amounts to: its state, its books, and one sentence on what went wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.aggregator.summary import Outcome, error_of, summarise
from shared.ledger import Chunk, Counts, State
from shared.messages import ChunkExtracted, FrameDetected, FrameResult
from tests.unit.aggregator.books import detected, extracted, failed, video


def closed(told: ChunkExtracted, results: list[FrameResult]) -> Chunk:
    """The row of a chunk whose frames are all examined."""
    found = sum(isinstance(result, FrameDetected) for result in results)
    counts = Counts(
        sampled=told.sampled,
        published=told.published,
        skipped=told.sampled - told.published,
        detected=found,
        failed=len(results) - found,
    )
    return Chunk(told.chunk, told.sampled, True, True, counts, told.skipped, told.damage)


def outcome(told: ChunkExtracted, *results: FrameResult) -> Outcome:
    return summarise(video(1), [closed(told, list(results))], results)


@pytest.mark.parametrize(
    ("told", "results", "state", "error"),
    [
        (extracted(0, 2), [detected(0), detected(1)], State.COMPLETED, ""),
        (
            extracted(0, 2),
            [detected(0), failed(1)],
            State.COMPLETED_WITH_ERRORS,
            "1 of 2 frames could not be examined (the image is too large)",
        ),
        (
            extracted(0, 1, damage="the video breaks off at 0.5 s"),
            [detected(0)],
            State.COMPLETED_WITH_ERRORS,
            "the video breaks off at 0.5 s",
        ),
        (
            extracted(0, 1, damage="the video breaks off at 0.5 s"),
            [failed(0, "unreadable")],
            State.COMPLETED_WITH_ERRORS,
            "the video breaks off at 0.5 s; 1 of 1 frames could not be examined (unreadable)",
        ),
        (extracted(0, 0, damage="the video is gone"), [], State.FAILED, "the video is gone"),
    ],
)
def test_the_state_and_the_sentence_follow_from_what_went_wrong(
    told: ChunkExtracted, results: list[FrameResult], state: State, error: str
) -> None:
    summed = outcome(told, *results)
    assert (summed.state, error_of(summed)) == (state, error)


def test_the_sentence_gives_the_most_frequent_reason_for_failures() -> None:
    summed = outcome(extracted(0, 3), failed(0, "rare"), failed(1, "often"), failed(2, "often"))
    assert error_of(summed) == "3 of 3 frames could not be examined (often)"


def test_the_same_damage_in_many_chunks_is_told_once() -> None:
    rows = [closed(extracted(n, 0, damage="the video is gone"), []) for n in range(5)]
    assert error_of(summarise(video(5), rows, [])) == "the video is gone"


def test_the_books_are_the_sums_of_the_chunks() -> None:
    first: list[FrameResult] = [detected(0, "Acme"), failed(1, "too large")]
    second: list[FrameResult] = [detected(4), detected(5), failed(6, "too large")]
    rows = [closed(extracted(0, 2, "blurred"), first), closed(extracted(1, 3, "black"), second)]
    books = summarise(video(2), rows, [*first, *second]).books
    assert (books.sampled, books.published, books.detected, books.failed) == (8, 5, 3, 2)
    assert books.skipped == {"black": 1, "blurred": 2}
    assert books.failures == {"too large": 2}


def test_a_logo_without_a_box_covers_the_whole_frame() -> None:
    seen = detected(0, "Acme")
    whole = seen.model_copy(update={"detections": (seen.detections[0].model_copy(update={"box": None}),)})
    assert [brand.mean_area for brand in outcome(extracted(0, 1), whole).brands] == [1.0]


def test_a_failed_frame_says_neither_that_a_brand_was_there_nor_that_it_was_not() -> None:
    results: list[FrameResult] = [detected(0, "Acme"), failed(1), detected(2, "Acme"), detected(3)]
    [exposure] = outcome(extracted(0), *results).exposures
    assert (float(exposure.start), float(exposure.end), exposure.samples) == (0.0, 1.25, 2)


def test_timing_of_the_detector_is_no_part_of_the_outcome() -> None:
    quick = detected(0, "Acme")
    slow = quick.model_copy(update={"latency_ms": 9000})
    assert replace(outcome(extracted(0, 1), slow), frames=()) == replace(
        outcome(extracted(0, 1), quick), frames=()
    )
