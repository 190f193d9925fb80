"""Doubts: the unsure and the contradictory are found, with why, and by the command and the page alike."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.cli.results import doubtful
from services.dashboard.film.playback import of_results
from services.dashboard.review.doubts import Scope
from services.dashboard.review.doubts import doubts as page_doubts
from shared.datasets.doubts import ExaminedFrame, Finding, known_by_detector, reasons
from shared.datasets.evaluation import Box

BOX = (0.1, 0.2, 0.3, 0.4)
FAR = (0.8, 0.8, 0.1, 0.1)


def found(label: str, confidence: float = 90.0, box: Box | None = BOX, detector: str = "logos") -> Finding:
    return Finding(detector, label, confidence, box)


def frame(*findings: Finding, by: tuple[str, ...] = ("logos",)) -> ExaminedFrame:
    return ExaminedFrame(frozenset(by), findings)


def why(*frames: ExaminedFrame) -> list[list[tuple[str, ...]]]:
    return [reasons(each, known_by_detector(frames), 70.0) for each in frames]


def test_an_unsure_detection_is_doubtful_and_a_sure_one_is_not() -> None:
    assert why(frame(found("Acme", 62.0), found("Acme", 70.0))) == [[("62 % sure",), ()]]


def test_different_brands_in_one_place_contradict_each_other() -> None:
    [both] = why(frame(found("Acme"), found("Bolt")))
    assert both == [("Bolt is seen in the same place",), ("Acme is seen in the same place",)]
    assert why(frame(found("Acme"), found("Bolt", box=FAR))) == [[(), ()]]
    assert why(frame(found("Acme"), found("Acme"))) == [[(), ()]]


def test_labels_without_a_place_are_not_in_the_same_one() -> None:
    assert why(frame(found("beach", box=None), found("sea", box=None), found("Acme"))) == [[(), (), ()]]


def test_a_brand_that_one_of_two_detectors_misses_is_doubtful_if_it_knows_the_brand() -> None:
    pair = ("logos", "words")
    both = frame(found("Acme"), found("Acme", detector="words"), by=pair)
    one = frame(found("Acme"), by=pair)
    assert why(both, one) == [[(), ()], [("words does not see it",)]]
    assert why(one) == [[()]]
    assert why(both, frame(found("Acme"))) == [[(), ()], [()]]  # words did not examine it


SHARE = st.floats(0.0, 0.5)
BOXES = st.fixed_dictionaries({"left": SHARE, "top": SHARE, "width": st.just(0.4), "height": st.just(0.4)})
DETECTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(["Acme", "Bolt"]),
            "confidence": st.sampled_from([40.0, 69.96, 70.0, 99.0]),
            "box": st.none() | BOXES,
        }
    ),
    max_size=3,
)
FRAMES = st.lists(st.fixed_dictionaries({"logos": DETECTIONS, "words": st.none() | DETECTIONS}), max_size=4)


def rows(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those frames as detections.json has them: every third lies on a finer grid, and shares its instant."""
    return [
        {
            "name": "frame",
            "instant": at // 2,
            "timestamp_s": float(at),
            "outcome": "detected",
            "detector": detector,
            "detections": detections,
            **({"grid": 8} if at % 3 == 2 else {}),
        }
        for at, frame in enumerate(frames)
        for detector, detections in frame.items()
        if detections is not None
    ]


@given(frames=FRAMES)
def test_the_command_and_the_page_ask_about_the_same_frames_for_the_same_reasons(
    frames: list[dict[str, Any]],
) -> None:
    document = rows(frames)
    playback = of_results(json.dumps({"frames": document}).encode(), b"")
    asked = {
        (round(1000 * doubt.at), f"{doubt.box['label']}: {reason}")
        for detector in ("logos", "words")
        for doubt in page_doubts("cup-1", playback, Scope(detector, 70.0), "jpg")
        for reason in doubt.reasons
    }
    exported = {
        (doubt.timestamp_ms, reason) for doubt in doubtful.doubts(document, 70.0) for reason in doubt.reasons
    }
    assert asked == exported
