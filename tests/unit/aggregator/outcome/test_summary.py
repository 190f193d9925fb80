"""What a finished video amounts to: its state, its books, and one sentence on what went wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.aggregator.exports.summary_json import summary_json
from services.aggregator.outcome.reading import Entry
from services.aggregator.outcome.summary import Examination, Findings, Outcome, error_of
from shared.config.options import Options
from shared.messaging.messages import ChunkExtracted, FrameDetected, FrameResult, ScreenedFrame
from shared.videos.ledger import Chunk, Counts, Examined, State
from tests.unit.aggregator.books import (
    PER_CHUNK,
    detected,
    entries,
    extracted,
    failed,
    outcome_of,
    video,
)


def closed(told: ChunkExtracted, results: list[FrameResult]) -> Chunk:
    """The row of a chunk whose frames are all examined."""
    found = sum(isinstance(result, FrameDetected) for result in results)
    counts = Counts(
        sampled=told.sampled,
        published=told.published,
        skipped=told.sampled - told.published,
        examined={"logos": Examined(found, len(results) - found)},
    )
    return Chunk(told.chunk, told.sampled, True, True, counts, told.skipped, told.screened, told.damage)


def outcome(told: ChunkExtracted, *results: FrameResult) -> Outcome:
    return outcome_of(video(1), [closed(told, list(results))], results)


def read(told: ChunkExtracted, *results: FrameResult) -> list[Entry]:
    return entries(video(1), [closed(told, list(results))], results)


def found_in(outcome: Outcome) -> Findings:
    """What its one detector found."""
    [findings] = outcome.findings
    return findings


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
    assert (summed.state, error_of(summed.books)) == (state, error)


def test_the_sentence_gives_the_most_frequent_reason_for_failures() -> None:
    summed = outcome(extracted(0, 3), failed(0, "rare"), failed(1, "often"), failed(2, "often"))
    assert error_of(summed.books) == "3 of 3 frames could not be examined (often)"


def test_the_same_damage_in_many_chunks_is_told_once() -> None:
    rows = [closed(extracted(n, 0, damage="the video is gone"), []) for n in range(5)]
    assert error_of(outcome_of(video(5), rows, []).books) == "the video is gone"


def test_the_books_are_the_sums_of_the_chunks() -> None:
    first: list[FrameResult] = [detected(0, "Acme"), failed(1, "too large")]
    second: list[FrameResult] = [detected(4), detected(5), failed(6, "too large")]
    rows = [closed(extracted(0, 2, "blurred"), first), closed(extracted(1, 3, "black"), second)]
    books = outcome_of(video(2), rows, [*first, *second]).books
    assert (books.sampled, books.published) == (8, 5)
    assert books.examinations == (Examination("logos", 3, 2, {"too large": 2}, {"v1": 3}),)
    assert books.skipped == {"black": 1, "blurred": 2}


def test_what_several_detectors_find_is_kept_apart() -> None:
    logos: list[FrameResult] = [detected(0, "Acme"), detected(1, "Acme")]
    words: list[FrameResult] = [
        detected(0, "Acme").model_copy(update={"detector": "words"}),
        failed(1).model_copy(update={"detector": "words"}),
    ]
    row = closed(extracted(0, 2), logos)
    examined = {"logos": Examined(2, 0), "words": Examined(1, 1)}
    row = replace(row, detectors=("logos", "words"), counts=replace(row.counts, examined=examined))
    summed = outcome_of(video(1, detectors=("logos", "words")), [row], [*logos, *words])
    assert summed.books.examinations == (
        Examination("logos", 2, 0, {}, {"v1": 2}),
        Examination("words", 1, 1, {"the image is too large": 1}, {"v1": 1}),
    )
    assert [(found.detector, found.exposures[0].samples) for found in summed.findings] == [
        ("logos", 2),
        ("words", 1),
    ]
    assert error_of(summed.books) == "1 of 2 frames could not be examined by words (the image is too large)"
    assert [brand["detector"] for brand in json.loads(summary_json(summed))["brands"]] == ["logos", "words"]


def test_a_near_duplicate_inherits_from_every_detector() -> None:
    logos: list[FrameResult] = [detected(0, "Acme")]
    words: list[FrameResult] = [detected(0, "Bolt").model_copy(update={"detector": "words"})]
    told = with_screened(repeats(1, 0))
    row = replace(closed(told, logos), detectors=("logos", "words"))
    told_of = entries(video(1, detectors=("logos", "words")), [row], [*logos, *words])
    assert [(each.detector, each.outcome, each.detections[0].label) for each in told_of] == [
        ("logos", "detected", "Acme"),
        ("words", "detected", "Bolt"),
        ("logos", "inherited", "Acme"),
        ("words", "inherited", "Bolt"),
    ]


def test_a_logo_without_a_box_covers_the_whole_frame() -> None:
    seen = detected(0, "Acme")
    whole = seen.model_copy(update={"detections": (seen.detections[0].model_copy(update={"box": None}),)})
    assert [brand.mean_area for brand in found_in(outcome(extracted(0, 1), whole)).brands] == [1.0]


def test_a_failed_frame_says_neither_that_a_brand_was_there_nor_that_it_was_not() -> None:
    results: list[FrameResult] = [detected(0, "Acme"), failed(1), detected(2, "Acme"), detected(3)]
    [exposure] = found_in(outcome(extracted(0), *results)).exposures
    assert (float(exposure.start), float(exposure.end), exposure.samples) == (0.0, 1.25, 2)


def test_timing_of_the_detector_is_no_part_of_the_outcome() -> None:
    quick = detected(0, "Acme")
    slow = quick.model_copy(update={"latency_ms": 9000})
    assert summary_json(outcome(extracted(0, 1), slow)) == summary_json(outcome(extracted(0, 1), quick))


def with_screened(*frames: ScreenedFrame) -> ChunkExtracted:
    told = extracted(0, PER_CHUNK - len(frames), frames[0].reason)
    return told.model_copy(update={"screened": frames})


def repeats(instant: int, same_as: int) -> ScreenedFrame:
    return ScreenedFrame(
        instant=instant, timestamp_ms=500 * instant, reason="near-duplicate", measure=1.5, same_as=same_as
    )


def test_a_near_duplicate_inherits_what_was_found_in_the_frame_it_repeats() -> None:
    told = with_screened(repeats(1, 0), repeats(2, 0))
    results: list[FrameResult] = [detected(0, "Acme"), detected(3)]
    summed = outcome(told, *results)
    [exposure] = found_in(summed).exposures
    assert (exposure.samples, float(exposure.end)) == (3, 1.25)
    assert [(each.timestamp_ms, each.outcome, each.same_as) for each in read(told, *results)] == [
        (0, "detected", None),
        (500, "inherited", 0),
        (1000, "inherited", 0),
        (1500, "detected", None),
    ]


def test_a_near_duplicate_of_a_frame_that_failed_says_nothing() -> None:
    results: list[FrameResult] = [detected(0, "Acme"), failed(1), detected(3, "Acme")]
    told = with_screened(repeats(2, 1))
    assert [each.outcome for each in read(told, *results)] == ["detected", "failed", "skipped", "detected"]
    [exposure] = found_in(outcome(told, *results)).exposures
    assert exposure.samples == 2


def test_a_frame_too_dark_to_examine_shows_no_brand() -> None:
    dark = ScreenedFrame(instant=1, timestamp_ms=500, reason="too dark", measure=4.0)
    results: list[FrameResult] = [detected(n, "Acme") for n in (0, 2, 3)]
    summed = outcome(with_screened(dark), *results)
    assert [exposure.samples for exposure in found_in(summed).exposures] == [1, 2]
    [_, skipped, *_] = read(with_screened(dark), *results)
    assert (skipped.outcome, skipped.reason, skipped.measure) == ("skipped", "too dark", 4.0)


def test_only_the_wanted_brands_are_reported() -> None:
    wanted = replace(video(1), options=Options(labels=("Bolt",)))
    results: list[FrameResult] = [detected(0, "Acme", "Bolt"), detected(1, "Acme")]
    row = closed(extracted(0, 2), results)
    summed = outcome_of(wanted, [row], results)
    assert [brand.brand for brand in found_in(summed).brands] == ["Bolt"]
    labels = {d.label for each in entries(wanted, [row], results) for d in each.detections}
    assert labels == {"Bolt"}
