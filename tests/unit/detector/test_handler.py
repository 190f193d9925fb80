"""What becomes of one frame: examined once the model and its rate allow, or failed with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import pytest_asyncio

from services.detector.handler import HOLD_SECONDS, LATE_TRIES, READ_PAUSE, READ_TRIES
from shared.config.options import Options
from shared.messaging.endings import Reject
from shared.messaging.messages import (
    BoundingBox,
    Detection,
    FrameDetected,
    FrameFailed,
    Source,
    VideoSubmitted,
)
from shared.messaging.queue import QueueAway
from shared.models.rekognition import (
    BadFrame,
    FrameUnavailable,
    Misconfigured,
    NotReady,
    ServiceFault,
    Throttled,
)
from shared.storage.objects import Address
from shared.videos.ledger import State, Video
from tests.unit.detector.replica import MODEL, Replica, Surroundings, frame, message, now

LOGO = Detection(label="Acme", confidence=91.5, box=BoundingBox(left=0.1, top=0.2, width=0.3, height=0.1))


@pytest_asyncio.fixture
async def replica(around: Surroundings) -> AsyncIterator[Replica]:
    """One replica that may send."""
    async with around.working() as replica:
        await replica.heartbeat.ready()
        yield replica


async def test_a_frame_is_reported_with_its_logos_model_and_latency(
    around: Surroundings, replica: Replica
) -> None:
    around.detector.answer = lambda _: [LOGO]
    await replica.examine(frame(7))
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


async def test_a_frame_without_logos_is_reported_too(around: Surroundings, replica: Replica) -> None:
    await replica.examine(frame())
    [result] = around.reported
    assert isinstance(result, FrameDetected)
    assert result.detections == ()


async def test_a_throttled_frame_takes_another_turn(around: Surroundings) -> None:
    around.detector.script.extend([Throttled("slow down"), Throttled("slow down"), None])
    async with around.working(per_unit=1.0) as replica:
        await replica.examine(frame())
    started = [at for at, _ in around.detector.calls]
    assert len(started) == 3
    assert all(later - earlier > 0.9 for earlier, later in pairwise(started))
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_model_that_stopped_closes_the_gate_until_it_is_seen_running_again(
    around: Surroundings, replica: Replica
) -> None:
    around.detector.script.append(NotReady("not running"))
    work = asyncio.create_task(replica.examine(frame()))
    await asyncio.sleep(HOLD_SECONDS - 10)
    assert len(around.detector.calls) == 1  # the report that it runs is older than the refusal
    await around.model_is("RUNNING")
    await work
    assert len(around.detector.calls) == 2
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_frame_that_waits_too_long_goes_back_to_the_queue_as_new(
    around: Surroundings, replica: Replica
) -> None:
    around.detector.script.append(NotReady("not running"))
    started = now()
    await replica.examine(frame(3))
    assert now() - started == pytest.approx(HOLD_SECONDS, abs=1)
    assert around.frames.sent == [(frame(3).body(), "cup-1")]
    assert around.reported == []


async def test_a_bad_frame_fails_alone_and_at_once(around: Surroundings, replica: Replica) -> None:
    around.detector.script.append(BadFrame("the image is too large"))
    await replica.examine(frame(0), frame(1))
    assert len(around.detector.calls) == 2
    failed, examined = around.reported
    assert isinstance(failed, FrameFailed)
    assert failed.reason == "the image is too large"
    assert isinstance(examined, FrameDetected)


async def test_an_unreadable_frame_fails_after_three_tries(around: Surroundings, replica: Replica) -> None:
    around.detector.script.extend([FrameUnavailable("cannot read it")] * READ_TRIES)
    started = now()
    await replica.examine(frame())
    assert len(around.detector.calls) == 3
    assert now() - started == pytest.approx(2 * READ_PAUSE, abs=0.1)
    [failed] = around.reported
    assert isinstance(failed, FrameFailed)
    assert failed.reason == "cannot read it"


async def test_a_frame_that_becomes_readable_is_examined(around: Surroundings, replica: Replica) -> None:
    around.detector.script.extend([FrameUnavailable("cannot read it")] * (READ_TRIES - 1))
    await replica.examine(frame())
    assert [type(result) for result in around.reported] == [FrameDetected]


async def test_a_failing_service_is_tried_again_with_full_jitter_until_the_deadline(
    around: Surroundings, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[float] = []

    def uniform(low: float, high: float) -> float:
        assert low == 0
        drawn.append(high)
        return high

    monkeypatch.setattr("services.detector.handler.random.uniform", uniform)
    monkeypatch.setattr("services.detector.handler.time.time", now)
    around.detector.script.extend([ServiceFault("internal error")] * 100)
    deadline_at = now() + 100
    await replica.examine(frame(deadline_at=deadline_at))
    assert drawn == [2, 4, 8, 16, 30, 30, 30]
    assert now() >= deadline_at
    [failed] = around.reported
    assert isinstance(failed, FrameFailed)
    assert failed.reason == "internal error (tried 8 times, and the video is due)"


@pytest.mark.parametrize("deadline_at", [None, 0.0])
async def test_a_frame_of_a_late_video_has_a_few_tries_on_a_failing_service(
    around: Surroundings, replica: Replica, deadline_at: float | None
) -> None:
    around.detector.script.extend([ServiceFault("internal error")] * (LATE_TRIES - 1))
    await replica.examine(frame(0, deadline_at=deadline_at))
    around.detector.script.extend([ServiceFault("internal error")] * LATE_TRIES)
    await replica.examine(frame(1, deadline_at=deadline_at))
    assert [type(result) for result in around.reported] == [FrameDetected, FrameFailed]


async def test_a_wrong_configuration_puts_the_frame_back_as_new_and_names_the_cause(
    around: Surroundings, replica: Replica
) -> None:
    around.detector.script.append(Misconfigured("no such model"))
    await replica.examine(frame())
    assert around.reported == []
    assert around.frames.sent == [(frame().body(), "cup-1")]
    assert around.control.notices[MODEL].sentence == "no such model"
    assert replica.told[-1] == "no such model"


async def test_frames_of_a_cancelled_video_are_dropped_without_a_call(
    around: Surroundings, replica: Replica
) -> None:
    source = Source(bucket="videos", key="cup.mp4", version="1")
    await around.ledger.plan(Video("cup-1", source, Options(), State.CANCELLED, 0.0, 0.0), [])
    await replica.examine(frame(video_id="cup-1"), frame(video_id="other-2"))
    assert [address.key for _, address in around.detector.calls] == [frame(video_id="other-2").key]
    assert [result.video_id for result in around.reported] == ["other-2"]


async def test_a_frame_is_examined_once_however_long_its_result_cannot_be_sent(
    around: Surroundings, replica: Replica
) -> None:
    around.results.faults.error = QueueAway
    around.results.faults.refuse["send"] = 10
    await replica.examine(frame())
    assert [type(result) for result in around.reported] == [FrameDetected]
    assert len(around.detector.calls) == 1


async def test_a_ledger_that_cannot_be_read_costs_no_frame(around: Surroundings, replica: Replica) -> None:
    around.ledger.faults.refuse["get"] = 1
    await replica.examine(frame())
    assert [type(result) for result in around.reported] == [FrameDetected]


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
