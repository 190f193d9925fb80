"""How videos on their way are drawn: the words that a reader must find, whatever the state of things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.cli.videos import drawing
from shared.config.detectors import CustomLabelsSpec, DetectorSpec, TextSpec
from shared.messaging.messages import ChunkExtracted, FrameDetected, SkippedInstants
from shared.messaging.queue import Depth
from shared.models.control import Fault, ModelReport, ModelState
from shared.models.pool import Pool, Sender, Window
from shared.videos import snapshot
from shared.videos.ledger import State
from tests.fakes import FakeControl, FakeLedger, FakePools
from tests.known_videos import ledger_of, video
from tests.unit.cli.terminal import drawn

LOGOS = CustomLabelsSpec(
    name="logos", model_arn="arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v1/1"
)
WORDS = TextSpec(name="words", backend="text", words=("Acme",))
REPORT = ModelReport(LOGOS.key, ModelState.RUNNING, 2, "running: 7 frames to examine", 7, 1800.0, 0.0)


async def taken(
    ledger: FakeLedger,
    control: FakeControl | None = None,
    pools: FakePools | None = None,
    specs: Sequence[DetectorSpec] = (LOGOS,),
) -> snapshot.Snapshot:
    videos = list(ledger.videos.values())
    return await snapshot.take(ledger, videos, control or FakeControl(), pools or FakePools(), specs)


async def half_done() -> FakeLedger:
    """A video of two chunks: one extracted with two frames skipped, three of its frames examined."""
    ledger = await ledger_of(video("cup-1", "in/cup.mp4"))
    skipped = (SkippedInstants(reason="the same frame", count=2),)
    await ledger.enter_extracted(
        ChunkExtracted(video_id="cup-1", chunk=0, sampled=10, published=8, skipped=skipped)
    )
    for n in range(3):
        await ledger.enter_frame(
            FrameDetected(
                video_id="cup-1",
                chunk=0,
                instant=n,
                timestamp_ms=1000 * n,
                model="v1",
                detections=(),
                latency_ms=1,
            )
        )
    return ledger


async def test_a_video_is_shown_with_its_state_and_progress() -> None:
    text = drawn(drawing.pipeline(await taken(await half_done())))
    for words in ("cup-1", "EXTRACTING", "8/20", "3/8", "model: no controller has reported yet"):
        assert words in text


async def test_the_snapshot_for_programs_has_the_same_figures() -> None:
    document = snapshot.as_json(await taken(await half_done()), {"frames": Depth(1, 2, 3)})
    [shown] = document["videos"]
    assert shown["frames"] == {"expected": 20, "published": 8, "examined": 3}
    assert (shown["id"], shown["name"], shown["state"]) == ("cup-1", "cup.mp4", "EXTRACTING")
    assert document["queues"] == {"frames": {"visible": 1, "in_flight": 2, "delayed": 3}}
    assert document["detectors"] == {"logos": {"model": None, "fault": None, "rate": None}}
    assert document["bill_dollars"] == 0.0


@pytest.mark.parametrize("state", State)
async def test_every_state_of_a_video_can_be_drawn(state: State) -> None:
    ledger = await ledger_of(video("cup-1", "in/cup.mp4", state, error="frames [/near] 5 s are damaged"))
    text = drawn(drawing.pipeline(await taken(ledger)))
    assert state.replace("_", " ") in text
    assert "frames [/near] 5 s are damaged" in text


async def test_no_videos_are_no_empty_picture() -> None:
    assert "no videos" in drawn(drawing.pipeline(await taken(FakeLedger())))


async def test_the_model_is_shown_with_its_reason_and_its_bill() -> None:
    control = FakeControl()
    await control.publish(REPORT, fence=1)
    text = drawn(drawing.pipeline(await taken(FakeLedger(), control)))
    assert "RUNNING, 2 units · 7 frames to examine · $2.000 so far" in text


async def test_a_fault_comes_before_the_model() -> None:
    control = FakeControl()
    await control.publish(REPORT, fence=1)
    await control.set_fault(LOGOS.key, Fault("the credentials have expired", 0.0))
    text = drawn(drawing.pipeline(await taken(FakeLedger(), control)))
    assert "detection stopped: the credentials have expired" in text


def test_queues_are_shown_with_their_dead_letters() -> None:
    depths = {"frames": Depth(5, 3, 2), "frames-dead": Depth(1, 0, 0)}
    [line] = [
        line for line in drawn(drawing.queues(depths)).splitlines() if line.strip().startswith("frames")
    ]
    assert line.split() == ["frames", "7", "3", "1"]


async def test_a_detector_that_is_stopped_is_told_beside_the_others() -> None:
    control = FakeControl()
    await control.publish(REPORT, fence=1)
    await control.set_fault("words", Fault("DetectText: AccessDeniedException: allow it", 1.0))
    seen = await taken(await half_done(), control, specs=(LOGOS, WORDS))
    lines = drawn(drawing.pipeline(seen)).splitlines()
    assert "words: detection stopped: DetectText: AccessDeniedException: allow it" in lines
    assert any(line.startswith("logos: model RUNNING, 2 units") for line in lines)
    document = snapshot.as_json(seen, {})["detectors"]
    assert document["words"]["fault"] == "DetectText: AccessDeniedException: allow it"
    assert (document["logos"]["fault"], document["logos"]["model"]["state"]) == (None, "RUNNING")


async def test_what_the_detectors_have_learnt_of_the_rate_is_shown_in_words_and_for_programs() -> None:
    pools = FakePools()
    senders = (Sender("a", 1, 0.5), Sender("b", 2, 0.5))
    await pools.write(
        Pool(LOGOS.key, 21.0, 2, 0.0, True, 3, 7, 0.0, window=Window(35, 1, 30), senders=senders, version=1)
    )
    seen = await taken(await half_done(), pools=pools)
    text = drawn(drawing.pipeline(replace(seen, detectors=(replace(seen.detectors[0], model=REPORT),))))
    assert "rate 21.0 calls/s, 10.5 a unit, learnt, 1 of 35 throttled · 2 detectors send" in text
    assert snapshot.as_json(seen, {})["detectors"]["logos"]["rate"] == {
        "calls_per_second": 21.0,
        "per_unit": 10.5,
        "learnt": True,
        "senders": 2,
        "calls": 35,
        "throttled": 1,
    }


async def test_a_model_that_two_detectors_share_is_billed_once() -> None:
    control = FakeControl()
    await control.publish(REPORT, fence=1)
    strict = LOGOS.model_copy(update={"name": "strict"})
    seen = await taken(FakeLedger(), control, specs=(LOGOS, strict, WORDS))
    assert seen.bill == 2.0
    assert "no controller" not in drawn(drawing.pipeline(seen))
