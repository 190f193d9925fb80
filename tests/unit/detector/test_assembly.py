"""Backends: what is asked of Rekognition, and what we keep of its answers."""

from __future__ import annotations

import asyncio
import json

import pytest

from services.detector.assembly import Sifted, Training, Wordmarks
from services.detector.backends.thresholds import Percents
from shared.messaging.messages import BoundingBox, Detection
from shared.models.detection import Seen, Text, Word
from shared.models.rekognition import Misconfigured, ServiceFault
from shared.storage.objects import Address
from tests.fakes import FakeDetector, FakeObjects

FRAME = Address("frames", "frames/cup-1/0000001000.jpg")
SUMMARY = Address("training", "summary.json")
FOUND = [Detection(label="acme", confidence=60), Detection(label="bolt", confidence=60)]


class FakeReader:
    """Reads the same words in every frame."""

    def __init__(self, *words: Word) -> None:
        self.words = words

    async def read(self, frame: Address) -> Text:
        return Text("text:3.0", self.words)


async def summary() -> Address:
    return SUMMARY


async def test_wordmarks_are_found_in_what_was_read() -> None:
    box = BoundingBox(left=0, top=0, width=1, height=1)
    detector = Wordmarks(
        FakeReader(Word("ACME", 90.0, box, 0), Word("other", 90.0, box, 0)), ("Acme", "Bolt")
    )
    assert await detector.detect(FRAME) == Seen("text:3.0", [Detection(label="Acme", confidence=90, box=box)])


async def test_thresholds_are_fetched_once_and_kept_to() -> None:
    fetched = 0

    async def fetch() -> Percents:
        nonlocal fetched
        fetched += 1
        await asyncio.sleep(1)
        return {"acme": 61.0}

    detector = Sifted(FakeDetector(lambda _: FOUND), 50.0, fetch)
    side_by_side = await asyncio.gather(*[detector.detect(FRAME) for _ in range(3)])
    assert [*side_by_side, await detector.detect(FRAME)] == 4 * [Seen("v1", (FOUND[1],))]
    assert fetched == 1


async def test_thresholds_that_could_not_be_fetched_are_asked_for_again() -> None:
    answers: list[Percents] = [{"acme": 61.0}]

    async def fetch() -> Percents:
        if detector_is_new:
            raise ServiceFault("S3 failed")
        return answers.pop()

    detector_is_new = True
    detector = Sifted(FakeDetector(lambda _: FOUND), 50.0, fetch)
    with pytest.raises(ServiceFault):
        await detector.detect(FRAME)
    detector_is_new = False
    assert await detector.detect(FRAME) == Seen("v1", (FOUND[1],))


async def test_the_training_s_thresholds_come_from_its_summary() -> None:
    objects = FakeObjects("training")
    results = [{"Label": "acme", "Metrics": {"Threshold": 0.5}}]
    await objects.put(SUMMARY, json.dumps({"LabelEvaluationResults": results}).encode(), "application/json")
    assert await Training(summary, objects).thresholds() == {"acme": 50.0}


@pytest.mark.parametrize("body", [None, b"no summary"])
async def test_a_training_without_a_readable_summary_is_a_mistake_in_the_configuration(
    body: bytes | None,
) -> None:
    objects = FakeObjects("training")
    if body is not None:
        await objects.put(SUMMARY, body, "application/json")
    with pytest.raises(Misconfigured, match=r"the thresholds of s3://training/summary\.json cannot be read"):
        await Training(summary, objects).thresholds()


async def test_an_outage_of_the_object_store_is_no_mistake_in_the_configuration() -> None:
    objects = FakeObjects("training")
    objects.faults.refuse["get"] = 1
    with pytest.raises(ServiceFault, match="could not be read"):
        await Training(summary, objects).thresholds()
