"""A queue with lanes: frames of videos due first are handed out first; all else is as with any queue."""

from __future__ import annotations

import asyncio
import random

import pytest

from shared.messaging.laned import LanedQueue
from shared.messaging.lanes import LANES, SPAN, comes_early, lane
from shared.messaging.messages import FrameReady
from tests.fakes import FakeQueue

NOON = 1_763_899_200.0  # where a span begins


def frame(video: str, due: float | None) -> str:
    return FrameReady(
        video_id=video, chunk=0, instant=0, timestamp_ms=0, bucket="b", key="k", deadline_at=due
    ).body()


class Clock:
    """The time of day, which tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def laned(clock: Clock) -> tuple[LanedQueue, list[FakeQueue]]:
    lanes = [FakeQueue(f"frames-logos-{n}", wait=0.0) for n in range(LANES)]
    return LanedQueue("frames-logos", lanes, clock), lanes


async def drained(queue: LanedQueue) -> list[str]:
    """The videos of all frames, as they are handed out one by one."""
    videos = []
    while messages := await queue.receive(1):
        videos += [FrameReady.model_validate_json(message.body).video_id for message in messages]
        assert await queue.delete(messages) == []
    return videos


async def test_frames_are_handed_out_in_the_order_their_videos_are_due() -> None:
    queue, _ = laned(Clock())
    spans = {"third": 2.5, "late": -0.5, "first": 0.5, "far": 12.0, "second": 1.5}
    for video, ahead in spans.items():
        await queue.send([frame(video, NOON + ahead * SPAN)], group=video)
    assert await drained(queue) == ["late", "first", "second", "third", "far"]


async def test_a_lane_comes_first_when_its_time_has_come() -> None:
    clock = Clock()
    queue, _ = laned(clock)
    await queue.send([frame("morning", NOON + 1.5 * SPAN)])
    clock.now = NOON + 1.2 * SPAN
    await queue.send([frame("afternoon", NOON + 2.5 * SPAN)])
    assert await drained(queue) == ["morning", "afternoon"]


async def test_what_is_due_far_ahead_does_not_come_when_its_lane_does() -> None:
    clock = Clock()
    queue, lanes = laned(clock)
    far = [frame(video, NOON + 12.5 * SPAN) for video in ("cup", "race")]
    await queue.send(far[:1], "cup", ["trace-of-cup"])
    await queue.send(far[1:], "race")
    clock.now = NOON + 3 * SPAN  # when the lane that was the last is the present one
    await queue.send([frame("soon", NOON + 4.5 * SPAN)])
    assert await drained(queue) == ["soon", "cup", "race"]
    assert [each.sent for each in lanes if len(each.sent) > 1] == [[(far[0], "cup"), (far[1], "race")]] * 2
    assert (await queue.depth()).total == 0


@pytest.mark.parametrize("seed", range(5))
async def test_after_half_a_day_of_waiting_all_come_once_and_none_from_a_lane_before_its_own(
    seed: int,
) -> None:
    clock, chance = Clock(), random.Random(seed)
    queue, _ = laned(clock)
    due = {}
    for n in range(100):
        clock.now = NOON + 0.18 * n * SPAN
        due[f"v{n}"] = clock.now + chance.uniform(0, 18) * SPAN
        await queue.send([frame(f"v{n}", due[f"v{n}"])], f"v{n}")
    came = []
    while messages := await queue.receive(10):
        for message in messages:
            video = FrameReady.model_validate_json(message.body).video_id
            came.append(video)
            assert not comes_early(int(message.receipt.split()[0]), due[video], clock.now)
    assert sorted(came) == sorted(due)


async def test_what_is_sent_on_keeps_its_trace() -> None:
    clock = Clock()
    queue, _ = laned(clock)
    await queue.send([frame("cup", NOON + 12.5 * SPAN)], "cup", ["trace-of-cup"])
    clock.now = NOON + 3 * SPAN
    [message] = await queue.receive(10)
    assert (message.trace, message.receives) == ("trace-of-cup", 1)


@pytest.mark.parametrize("call", ["send", "delete"])
async def test_what_cannot_be_sent_on_is_handed_out_before_its_turn(call: str) -> None:
    clock = Clock()
    queue, lanes = laned(clock)
    due = NOON + 12.5 * SPAN
    lies_in = lane(due, clock.now)
    await queue.send([frame("cup", due)])
    clock.now = NOON + 3 * SPAN
    lanes[lane(due, clock.now) if call == "send" else lies_in].faults.refuse[call] = 1
    [message] = await queue.receive(10)  # raised, it would come ever nearer to the dead letters
    assert await queue.delete([message]) == []
    assert lanes[lies_in].bodies == []


async def test_a_message_is_given_back_to_its_lane() -> None:
    queue, lanes = laned(Clock())
    await queue.send([frame("cup", NOON + 1.5 * SPAN)], group="cup")
    [message] = await queue.receive(10)
    assert await queue.set_visibility([message], 0) == []
    [again] = await queue.receive(10)
    assert (again.body, again.receives) == (message.body, 2)
    assert [each.sent for each in lanes if each.sent] == [[(message.body, "cup")]]


async def test_what_a_lane_refuses_is_told_as_it_was_handed_out() -> None:
    queue, lanes = laned(Clock())
    await queue.send([frame("cup", NOON), frame("race", NOON + 1.5 * SPAN)])
    messages = [*await queue.receive(10), *await queue.receive(10)]
    for each in lanes:
        each.fail_entries["delete"] = 1
    assert sorted(await queue.delete(messages), key=messages.index) == messages
    assert await queue.delete(messages) == []
    assert (await queue.depth()).total == 0


async def test_empty_lanes_are_not_asked_without_pause() -> None:
    queue, lanes = laned(Clock())
    async with asyncio.timeout(60):
        for _ in range(10):
            assert await queue.receive(10) == []
    assert asyncio.get_running_loop().time() >= 10
    assert all(len(each.limits) == 11 for each in lanes)


async def test_what_is_no_frame_is_handed_out_too() -> None:
    queue, _ = laned(Clock())
    await queue.send(["a letter", "another"])
    assert sorted(message.body for message in await queue.receive(10)) == ["a letter", "another"]
    assert (await queue.depth()).in_flight == 2
