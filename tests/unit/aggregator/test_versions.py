"""A model replaced while frames are at work: each counts once, by one version, and a mixture is told."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.messages import FrameDetected, Result
from shared.videos.ledger import State
from tests.clock import JumpingLoop
from tests.unit.aggregator.books import ID, PER_CHUNK, Office, detected, extracted, outcome_of, video


def by_version(instant: int, version: str) -> FrameDetected:
    return detected(instant, f"seen by {version}").model_copy(update={"model": version})


BY_EITHER = [by_version(instant, version) for instant in range(PER_CHUNK) for version in ("v1", "v2")]


def delivered(results: Sequence[Result]) -> Office:
    async def enter() -> Office:
        office = await Office(chunks=1).plan()
        await office.enter(results)
        return office

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(enter())


def winners(results: Sequence[Result]) -> dict[int, str]:
    """The version that was first with each frame."""
    frames = [result for result in results if isinstance(result, FrameDetected)]
    return {frame.instant: frame.model for frame in reversed(frames)}


@settings(max_examples=60)
@given(st.permutations([extracted(0), *BY_EITHER, *BY_EITHER]))
def test_of_two_versions_the_first_with_a_frame_counts_and_the_other_leaves_no_trace(
    results: list[Result],
) -> None:
    office, first = delivered(results), winners(results)
    summary = json.loads(office.files["summary.json"])
    assert summary["frames"]["detectors"]["logos"]["models"] == Counter(first.values())
    frames = json.loads(office.files["detections.json"])["frames"]
    assert {frame["instant"]: frame["model"] for frame in frames} == first
    seen = {frame["instant"]: [found["label"] for found in frame["detections"]] for frame in frames}
    assert seen == {instant: [f"seen by {version}"] for instant, version in first.items()}
    assert office.ledger.books[ID][0].counts.by("logos").detected == PER_CHUNK


@settings(max_examples=60)
@given(st.permutations([extracted(0), *BY_EITHER]))
def test_a_video_is_completed_without_a_word_only_by_a_single_version(results: list[Result]) -> None:
    ended, versions = delivered(results).video, set(winners(results).values())
    assert (ended.state is State.COMPLETED) == (ended.error == "") == (len(versions) == 1)


def test_a_mixture_is_told_with_its_shares_and_its_cure() -> None:
    office = delivered([extracted(0), by_version(0, "v1"), *[by_version(n, "v2") for n in (1, 2, 3)]])
    assert office.video.state is State.COMPLETED_WITH_ERRORS
    assert office.video.error == (
        "logos examined frames with several versions of its model (v1: 1, v2: 3): "
        "submit the video with --again to have it examined by one"
    )
    assert "examined with v1, v2" in office.files["report.html"].decode()


def test_different_models_of_different_detectors_are_no_mixture() -> None:
    words = by_version(0, "text/3").model_copy(update={"detector": "words"})
    books = outcome_of(video(1, detectors=("logos", "words")), [], [by_version(0, "v1"), words]).books
    assert [made.is_mixed for made in books.examinations] == [False, False]
