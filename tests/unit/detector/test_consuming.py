"""The whole detector on a queue: waiting costs no receive, and only the hopeless becomes a dead letter."""

from __future__ import annotations

import asyncio

from services.detector.handler import HOLD_SECONDS
from shared.messaging.messages import FrameDetected, FrameFailed
from shared.models.control import ModelState
from shared.models.rekognition import BadFrame, Misconfigured
from tests.fakes import FakeDetector, FakeModels
from tests.unit.detector.replica import Surroundings, frame, now

FRAMES = [frame(n) for n in range(20)]
TEN_MINUTES = 600.0


async def report_always(around: Surroundings, models: FakeModels) -> None:
    """What a controller does all day."""
    while True:
        await around.model_is(models.state)
        await asyncio.sleep(2)


async def test_a_ten_minute_start_of_the_model_costs_no_receive() -> None:
    around = Surroundings()
    await around.model_is("STARTING")
    replica = around.replica()
    async with replica.consuming(FRAMES):
        await asyncio.sleep(TEN_MINUTES)
        assert around.frames.limits == []
        await around.model_is("RUNNING")
        await around.frames.until_empty()
    assert replica.receives == [1] * len(FRAMES)
    assert [type(result) for result in around.reported] == [FrameDetected] * len(FRAMES)


async def test_frames_in_hand_outlast_a_stop_and_a_new_start_of_the_model() -> None:
    around, models = Surroundings(), FakeModels(start_seconds=TEN_MINUTES)
    models.become(ModelState.RUNNING)
    around.detector = FakeDetector(models=models)
    around.detector.faults.latency = 1.0
    replica = around.replica(per_unit=2.0)
    controller = asyncio.create_task(report_always(around, models))
    async with replica.consuming(FRAMES):
        await asyncio.sleep(5)
        await models.stop()
        await asyncio.sleep(200)
        await models.start(1)
        await asyncio.sleep(HOLD_SECONDS)
        assert len(around.frames.visible_bodies) == len(around.frames.bodies)  # none is kept for nothing
        await around.frames.until_empty()
    controller.cancel()
    assert set(replica.receives) == {1}
    assert [type(result) for result in around.reported] == [FrameDetected] * len(FRAMES)
    assert around.dead.bodies == []


async def test_throttling_is_waited_out_without_giving_frames_back(around: Surroundings) -> None:
    around.detector.rate = 2.0
    replica = around.replica()
    frames = [frame(n) for n in range(200)]
    async with replica.consuming(frames):
        await around.frames.until_empty()
    assert replica.receives == [1] * len(frames)
    assert now() < 1.1 * len(frames) / around.detector.rate


async def test_a_wrong_configuration_stops_every_replica_and_spends_no_receive(around: Surroundings) -> None:
    around.detector.script.extend([Misconfigured("no such model")] * 1000)
    for _ in range(12):  # more restarts than a frame may be received
        first, second = around.replica(), around.replica()
        new = [] if around.frames.bodies else FRAMES
        async with first.consuming(new), second.consuming():
            await asyncio.sleep(TEN_MINUTES)
            assert len(around.frames.visible_bodies) == len(FRAMES)
        assert set(first.receives + second.receives) == {1}
    assert around.dead.bodies == []
    assert around.reported == []
    around.detector.script.clear()
    restarted = around.replica()
    async with restarted.consuming():
        await around.frames.until_empty()
    assert [type(result) for result in around.reported] == [FrameDetected] * len(FRAMES)
    assert around.control.notices == {}


async def test_a_poison_frame_harms_only_itself(around: Surroundings) -> None:
    around.detector.script.extend([None, BadFrame("not an image"), None])
    async with around.replica().consuming([frame(n) for n in range(3)]):
        await around.frames.send(["no frame at all"])
        await around.frames.until_empty()
    assert around.dead.bodies == ["no frame at all"]
    assert [type(result) for result in around.reported].count(FrameDetected) == 2
    assert [type(result) for result in around.reported].count(FrameFailed) == 1
