"""What becomes of one frame: examined once the model and its rate allow, or failed with the reason."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from services.detector.handler import READ_PAUSE, READ_TRIES
from shared.consumer import Reject, Retry
from shared.ledger import State, Video
from shared.messages import (
    BoundingBox,
    Detection,
    FrameDetected,
    FrameFailed,
    Source,
    VideoSubmitted,
)
from shared.objects import Address
from shared.options import Options
from shared.rekognition import BadFrame, FrameUnavailable, Misconfigured, NotReady, ServiceFault, Throttled
from tests.unit.detector.replica import MODEL, Surroundings, frame, message, now

LOGO = Detection(label="Acme", confidence=91.5, box=BoundingBox(left=0.1, top=0.2, width=0.3, height=0.1))


async def test_a_frame_is_reported_with_its_logos_model_and_latency(around: Surroundings) -> None:
    around.detector.answer = lambda _: [LOGO]
    await around.replica().examine(frame(7))
    assert around.reported == [
        FrameDetected(
            video_id="cup-1",
            chunk=0,
            instant=7,
            timestamp_ms=7000,
            model=MODEL,
            detections=(LOGO,),
            latency_ms=0,
        )
    ]
    assert [asked for _, asked in around.detector.calls] == [Address(frame(7).bucket, frame(7).key)]


async def test_a_frame_without_logos_is_reported_too(around: Surroundings) -> None:
    await around.replica().examine(frame())
    [result] = around.reported
    assert isinstance(result, FrameDetected)
    assert result.detections == ()


async def test_a_throttled_frame_waits_inside_and_slows_the_replica(around: Surroundings) -> None:
    around.detector.script.extend([Throttled("slow down"), Throttled("slow down"), None])
    await around.replica(rate=1.0).examine(frame())
    assert len(around.detector.calls) == 3
    started = [at for at, _ in around.detector.calls]
    assert all(later - earlier > 1.0 for earlier, later in pairwise(started))
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_model_that_stopped_closes_the_gate_until_it_is_seen_running_again(
    around: Surroundings,
) -> None:
    replica = around.replica()
    around.detector.script.append(NotReady("not running"))
    work = asyncio.create_task(replica.examine(frame()))
    await asyncio.sleep(600)
    assert len(around.detector.calls) == 1  # the report that it runs is older than the refusal
    await around.model_is("RUNNING")
    await work
    assert len(around.detector.calls) == 2
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_bad_frame_fails_alone_and_at_once(around: Surroundings) -> None:
    around.detector.script.append(BadFrame("the image is too large"))
    await around.replica().examine(frame(0), frame(1))
    assert len(around.detector.calls) == 2
    failed, examined = around.reported
    assert isinstance(failed, FrameFailed)
    assert failed.reason == "the image is too large"
    assert isinstance(examined, FrameDetected)


async def test_an_unreadable_frame_fails_after_three_tries(around: Surroundings) -> None:
    around.detector.script.extend([FrameUnavailable("cannot read it")] * READ_TRIES)
    started = now()
    await around.replica().examine(frame())
    assert len(around.detector.calls) == 3
    assert now() - started == pytest.approx(2 * READ_PAUSE)
    [failed] = around.reported
    assert isinstance(failed, FrameFailed)
    assert failed.reason == "cannot read it"


async def test_a_frame_that_becomes_readable_is_examined(around: Surroundings) -> None:
    around.detector.script.extend([FrameUnavailable("cannot read it")] * (READ_TRIES - 1))
    await around.replica().examine(frame())
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_fault_of_the_service_is_waited_out_with_growing_jittered_pauses(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[float] = []

    def uniform(low: float, high: float) -> float:
        assert low == 0
        drawn.append(high)
        return high

    monkeypatch.setattr("services.detector.handler.random.uniform", uniform)
    around.detector.script.extend([ServiceFault("internal error")] * 7)
    await around.replica().examine(frame())
    assert drawn == [2, 4, 8, 16, 30, 30, 30]
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_wrong_configuration_gives_the_frame_back_and_names_the_cause(around: Surroundings) -> None:
    replica = around.replica()
    around.detector.script.append(Misconfigured("no such model"))
    with pytest.raises(Retry, match="no such model"):
        await replica.examine(frame())
    assert around.reported == []
    assert around.control.notices[MODEL].sentence == "no such model"
    assert replica.told[-1] == "no such model"


async def test_frames_of_a_cancelled_video_are_dropped_without_a_call(around: Surroundings) -> None:
    source = Source(bucket="videos", key="cup.mp4", version="1")
    await around.ledger.plan(Video("cup-1", source, Options(), State.CANCELLED, 0.0, 0.0), [])
    await around.replica().examine(frame(video_id="cup-1"), frame(video_id="other-2"))
    assert [address.key for _, address in around.detector.calls] == [frame(video_id="other-2").key]
    assert [result.video_id for result in around.reported] == ["other-2"]


@pytest.mark.parametrize(
    "body", ["", "{}", '{"kind": "frame-ready"}', VideoSubmitted(bucket="b", key="k").body()]
)
async def test_what_is_no_frame_is_rejected(around: Surroundings, body: str) -> None:
    handler = around.replica().handler
    with pytest.raises(Reject):
        await handler(message(body))
    await handler.give_up(message(body), "rejected")
    assert around.results.sent == []


async def test_a_frame_given_up_is_reported_as_failed(around: Surroundings) -> None:
    await around.replica().handler.give_up(message(frame(3).body()), "gave up after 8 attempts")
    assert around.reported == [
        FrameFailed(
            video_id="cup-1", chunk=0, instant=3, timestamp_ms=3000, reason="gave up after 8 attempts"
        )
    ]
