"""A day of the real controller process against the stand-in: the bill it meters is the bill it is sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shared.aws.clients import clients
from shared.aws.dynamodb.control import DynamoControl
from shared.config.settings import DetectingSettings, load
from shared.costs.usage import day_key, day_of, day_use, video_key, video_use
from shared.models.control import ModelState
from tests.system.controller.stack import controller_stack, model_arn
from tests.system.controller.stepped_world import DAY, UNIT_RATE, Arrival, SteppedWorld, clock_of

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

NAME = "cups/v1"
KILLED_AT = 12.2 * 3600  # amid the busiest run
SETTINGS = {
    "LOGOSTREAM_START_SECONDS": "613",
    "LOGOSTREAM_STOP_SECONDS": "127",
    "LOGOSTREAM_CLOCK_SPEED": "0",
    "LOGOSTREAM_UNIT_RATE": str(UNIT_RATE),
    "LOGOSTREAM_TICK_SECONDS": "240",
    "LOGOSTREAM_LEASE_SECONDS": "2400",
    "LOGOSTREAM_WATCH_SECONDS": str(DAY),
}


def arrivals() -> list[Arrival]:
    """A day's videos, most of them by day."""
    chance = random.Random(5)
    return [
        Arrival(chance.triangular(0, DAY * 0.9, DAY / 2), chance.randrange(2000, 14000)) for _ in range(24)
    ]


async def test_through_a_day_and_a_leader_s_death_the_meter_is_within_one_percent_of_the_bill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = arrivals()
    async with controller_stack(tmp_path, monkeypatch, ("v1",), **SETTINGS) as stack, clients() as aws:
        world = SteppedWorld(stack, aws, coming, {model_arn("v1"): "logos"})
        await world.begin()
        async with clock_of(world) as clock:
            controller = ("tests.system.controller.stepped", clock, "services.controller")
            async with stack.process("first", *controller) as first:
                await world.until(KILLED_AT)
                first.kill()
                await first.wait()
            async with stack.process("second", *controller):
                await world.until_over()
                await world.until(world.now - world.midnight + 300)  # the controller sees it STOPPED
        board = DynamoControl(aws.dynamodb, load(DetectingSettings).table_name("control"))
        report = await board.report(NAME)
        dates = (day_of(world.midnight), day_of(world.midnight + DAY))
        days = [day_use(await board.record(day_key(NAME, date))) for date in dates]
        videos = [video_use(await board.record(video_key(NAME, f"video-{n}"))) for n in range(len(coming))]
        [bill] = await stack.bills()
    assert report
    assert report.state is ModelState.STOPPED
    assert sum(day.starts for day in days) >= 5
    assert report.unit_seconds == pytest.approx(bill["unit_seconds"], rel=0.01)
    assert sum(day.running for day in days) == pytest.approx(report.unit_seconds)
    assert [video.total for video in videos] == [video.frames for video in coming]
    assert sum(day.frames for day in days) == sum(video.frames for video in coming)
