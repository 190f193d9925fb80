"""The bill: a model of ours is paid for its hours, Rekognition's own by the image, and all adds up."""

from __future__ import annotations

from services.aggregator.outcome.bill import Bill, bill
from shared.config.arns import ready_made
from shared.messaging.messages import FrameDetected, FrameResult
from shared.videos.ledger import Chunk, Counts, Examined
from tests.unit.aggregator.books import by, detected, failed, outcome_of, video

RESULTS: list[FrameResult] = [detected(0, "Acme"), detected(1), failed(2)]
WORDS = [
    result.model_copy(update={"model": ready_made("text", "3.0")})
    if isinstance(result, FrameDetected)
    else result
    for result in by("words", *RESULTS)
]


def billed(*detectors: str) -> Bill:
    results = [result for result in [*RESULTS, *WORDS] if result.detector in detectors]
    counts = Counts(sampled=3, published=3, examined={name: Examined(2, 1) for name in detectors})
    chunk = Chunk(0, 4, extracted=True, closed=True, counts=counts, detectors=detectors)
    return bill(outcome_of(video(1, detectors=detectors), [chunk], results).books)


def test_a_model_of_ours_is_billed_by_the_hour_and_rekognitions_own_by_the_image() -> None:
    assert billed("logos").lines[0].what == "examining 3 frames"
    assert billed("logos").lines[0].dollars == 3 * 4.0 / 10_000
    assert billed("words").lines[0].what == "examining 3 images"
    assert billed("words").lines[0].dollars == 3 * 0.001


def test_each_of_several_detectors_has_a_line_of_its_own() -> None:
    assert [line.what for line in billed("logos", "words").lines[:2]] == [
        "examining 3 frames by logos",
        "examining 3 images by words",
    ]


def test_the_lines_add_up() -> None:
    made = billed("logos", "words")
    assert made.dollars == sum(line.dollars for line in made.lines)
