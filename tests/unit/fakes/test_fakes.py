"""The fakes that have no adapter to be compared with here, and the faults they can be given."""

from __future__ import annotations

import asyncio
import random

import pytest

from shared.messaging.messages import Detection
from shared.messaging.queue import QueueError
from shared.models.control import ModelState
from shared.models.detection import Detector
from shared.models.rekognition import (
    AlreadyInUse,
    BadFrame,
    Models,
    NotReady,
    QuotaReached,
    ServiceFault,
    Throttled,
)
from shared.storage.objects import Address, ObjectDenied, ObjectError
from tests.fakes import Crash, FakeDetector, FakeModels, FakeObjects, FakeQueue

FRAME = Address("logostream-frames", "frames/cup-1/0000001000.jpg")
LOGO = Detection(label="acme", confidence=97.5)


async def test_a_model_starts_runs_and_stops_in_its_own_time_and_bills_for_it() -> None:
    fake = FakeModels(start_seconds=600, stop_seconds=120)
    models: Models = fake
    await models.start(3)
    assert (await models.describe()).state == ModelState.STARTING
    await asyncio.sleep(600)
    assert (await models.describe()).state == ModelState.RUNNING
    assert (await models.describe()).units == 3
    await asyncio.sleep(1000)
    await models.stop()
    await asyncio.sleep(120)
    assert (await models.describe()).state == ModelState.STOPPED
    assert (fake.starts, fake.stops) == ([(0, 3)], [1600])
    await asyncio.sleep(500)
    assert fake.unit_seconds == 3 * 1120


async def test_a_model_is_billed_though_nobody_looks() -> None:
    models = FakeModels(start_seconds=600)
    await models.start(1)
    await asyncio.sleep(700)
    assert models.unit_seconds == 100


async def test_a_model_refuses_what_its_state_forbids() -> None:
    models = FakeModels(max_units=5)
    with pytest.raises(AlreadyInUse):
        await models.stop()
    with pytest.raises(QuotaReached, match="at most 5 units"):
        await models.start(6)
    await models.start(1)
    with pytest.raises(AlreadyInUse):
        await models.start(1)


async def test_a_model_may_fail_to_start() -> None:
    models = FakeModels()
    models.start_failure = "no capacity"
    await models.start(1)
    await asyncio.sleep(600)
    status = await models.describe()
    assert (status.state, status.message) == (ModelState.FAILED, "no capacity")
    models.become(ModelState.RUNNING)
    assert models.state == ModelState.RUNNING


async def test_a_detector_answers_by_script_then_by_address() -> None:
    fake = FakeDetector(lambda address: [LOGO] if address == FRAME else [])
    detector: Detector = fake
    fake.script.extend([BadFrame("no image"), None])
    with pytest.raises(BadFrame):
        await detector.detect(FRAME)
    assert (await detector.detect(FRAME)).detections == [LOGO]
    assert (await detector.detect(Address("logostream-frames", "other"))).detections == []
    assert [address.key for _, address in fake.calls][-1] == "other"


async def test_a_detector_throttles_what_exceeds_its_rate() -> None:
    detector = FakeDetector(rate=5)
    answered = 0
    for _ in range(100):  # ten a second for ten seconds
        try:
            await detector.detect(FRAME)
            answered += 1
        except Throttled:
            pass
        await asyncio.sleep(0.1)
    assert 50 <= answered <= 55  # a second's worth may come at once


async def test_a_detector_is_ready_only_while_its_model_runs() -> None:
    models = FakeModels(start_seconds=60)
    detector = FakeDetector(models=models)
    with pytest.raises(NotReady):
        await detector.detect(FRAME)
    await models.start(1)
    await asyncio.sleep(60)
    assert (await detector.detect(FRAME)).detections == ()


# --- faults


async def test_a_refused_call_has_no_effect_and_one_whose_reply_is_lost_has() -> None:
    queue = FakeQueue()
    queue.faults.refuse["send"] = 1
    queue.faults.lose_reply["send"] = 1
    for _ in range(2):
        with pytest.raises(QueueError, match="as the test asked"):
            await queue.send(["a"])
    assert queue.bodies == ["a"]


@pytest.mark.parametrize(("moment", "effect"), [("before", []), ("after", ["a"])])
async def test_a_process_may_die_before_or_after_a_call(moment: str, effect: list[str]) -> None:
    queue = FakeQueue()
    queue.faults.crash = lambda *at: at == (moment, "send")
    with pytest.raises(Crash):
        await queue.send(["a"])
    assert queue.bodies == effect


async def test_latency_is_time_on_the_loop_s_clock() -> None:
    detector = FakeDetector()
    detector.faults.latency = 0.25
    detector.faults.refuse["detect"] = 1
    with pytest.raises(ServiceFault):
        await detector.detect(FRAME)
    assert asyncio.get_running_loop().time() == 0.25


async def test_a_cancelled_poll_takes_messages_for_nobody() -> None:
    queue = FakeQueue()
    poll = asyncio.create_task(queue.receive(10))
    await asyncio.sleep(1)
    poll.cancel()
    await queue.send(["lost for a while"])
    await asyncio.sleep(1)
    assert not queue.polling
    assert queue.visible_bodies == []
    await asyncio.sleep(60)
    assert queue.visible_bodies == ["lost for a while"]


async def test_a_message_may_come_twice_and_in_any_order() -> None:
    queue = FakeQueue()
    queue.shuffle = random.Random(1)
    await queue.send(list("abcdef"))
    queue.repeats = lambda: True
    first = [message.body for message in await queue.receive(10)]
    queue.repeats = lambda: False
    second = await queue.receive(10)
    assert sorted(first) == sorted(message.body for message in second) == list("abcdef")
    assert first != list("abcdef")
    assert {message.receives for message in second} == {2}


async def test_no_lease_is_longer_than_twelve_hours_from_receipt() -> None:
    queue = FakeQueue()
    await queue.send(["a"])
    messages = await queue.receive(1)
    assert await queue.set_visibility(messages, 12 * 3600) == []
    await asyncio.sleep(1)
    assert await queue.set_visibility(messages, 12 * 3600) == messages


async def test_the_group_of_what_was_sent_is_on_record() -> None:
    queue = FakeQueue()
    await queue.send(["a"], group="cup-1")
    assert queue.sent == [("a", "cup-1")]
    assert (await queue.depth()).visible == 1


async def test_an_object_may_be_denied_or_out_of_reach() -> None:
    objects = FakeObjects()
    await objects.put(FRAME, b"x", "image/jpeg", {"frame": "frame_0001"})
    assert objects.stored[FRAME].metadata == {"frame": "frame_0001"}
    objects.denied.add(FRAME)
    with pytest.raises(ObjectDenied):
        await objects.get(FRAME)
    objects.denied.clear()
    objects.faults.refuse["get"] = 1
    with pytest.raises(ObjectError):
        await objects.get(FRAME)
