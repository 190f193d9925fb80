"""One video, several detectors: from its notice to its results, through every service's handler, on fakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.aggregator.finishing import Finisher
from services.aggregator.handler import ResultHandler
from services.aggregator.stills import FrameReader
from services.extractor.settings import ExtractorSettings
from shared.config.detectors import CustomLabelsSpec
from shared.config.routes import Route
from shared.messaging.messages import ChunkPlanned, Detection, FrameReady
from shared.models.rekognition import BadFrame
from shared.storage.objects import Address
from shared.videos.ledger import State
from tests.fakes import FakeQueue
from tests.unit.detector.replica import Surroundings
from tests.unit.extractor.studio import BUCKET, Studio, event, message, sent

DETECTORS = ("logos", "words")
RESULTS = "logostream-results"


@pytest.fixture
async def studio(tmp_path: Path) -> Studio:
    """An extractor whose videos below in/ are given to both detectors."""
    studio = Studio(tmp_path)
    studio.settings = ExtractorSettings(
        chunk_seconds=10,
        detectors=tuple(CustomLabelsSpec(name=name) for name in DETECTORS),
        routes=(Route(prefix="in/", detectors=DETECTORS),),
    )
    return studio


async def extract(studio: Studio) -> None:
    """Plan the video of a notice and extract its chunks."""
    await studio.planner()(message(event("in/cup.mp4")))
    for chunk in sent(studio.chunks):
        assert isinstance(chunk, ChunkPlanned)
        await studio.decoder()(message(chunk.body()))


async def examine(studio: Studio, queue: FakeQueue, label: str, refused: int | None = None) -> None:
    """Have a detector examine the frames of its queue: each shows `label`, the refused one is no image."""
    around = Surroundings()
    around.ledger, around.results, around.detector.model = studio.ledger, studio.results, f"{label}/v1"
    around.detector.answer = lambda _: [Detection(label=label, confidence=90)]
    await around.model_is("RUNNING")
    async with around.working() as replica:
        await replica.heartbeat.ready()
        for frame in sent(queue):
            assert isinstance(frame, FrameReady)
            around.detector.script.extend([BadFrame("no image")] if frame.instant == refused else [None])
            await replica.examine(frame)


async def enter(studio: Studio) -> None:
    """Enter all results so far."""
    books = (studio.ledger, studio.ledger, studio.ledger)
    frames = FrameReader(studio.objects, BUCKET)
    finisher = Finisher(studio.ledger, studio.objects, frames, RESULTS)
    handler = ResultHandler(*books, finisher, studio.announcer, RESULTS, studio.chunks)
    for result in sent(studio.results):
        await handler(message(result.body()))


async def aggregate(studio: Studio, name: str) -> dict[str, Any]:
    """Enter all results, and read a file of what came of them."""
    studio.objects.buckets.add(RESULTS)
    await enter(studio)
    [video] = studio.ledger.videos.values()
    return json.loads(await studio.objects.get(Address(RESULTS, f"results/{video.video_id}/{name}")))


async def test_what_each_finds_is_kept_apart_with_its_model(studio: Studio) -> None:
    await extract(studio)
    await examine(studio, studio.frames, "Acme")
    await examine(studio, studio.words, "ACME BANK", refused=3)
    frames = (await aggregate(studio, "detections.json"))["frames"]
    assert len(frames) == 2 * 25
    assert [(frame["detector"], frame.get("model")) for frame in frames[:2]] == [
        ("logos", "Acme/v1"),
        ("words", "ACME BANK/v1"),
    ]
    assert {frame["detector"] for frame in frames if frame["outcome"] == "failed"} == {"words"}


async def test_the_video_is_complete_when_the_last_of_them_is_through(studio: Studio) -> None:
    await extract(studio)
    await examine(studio, studio.frames, "Acme")
    await enter(studio)
    [video] = studio.ledger.videos.values()
    assert video.state is State.DETECTING
    await examine(studio, studio.words, "ACME BANK", refused=3)
    summary = await aggregate(studio, "summary.json")
    assert summary["state"] == "COMPLETED_WITH_ERRORS"
    assert summary["error"] == "1 of 25 frames could not be examined by words (no image)"
    assert summary["frames"]["detectors"]["logos"] == {
        "detected": 25,
        "failed": 0,
        "failures": {},
        "models": {"Acme/v1": 25},
    }
    assert [(brand["detector"], brand["brand"]) for brand in summary["brands"]] == [
        ("logos", "Acme"),
        ("words", "ACME BANK"),
    ]
