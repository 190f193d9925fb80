"""A queue with lanes: frames of videos due first are handed out first; all else is as with any queue."""

from __future__ import annotations

import asyncio

from shared.laned import LanedQueue
from shared.lanes import LANES, SPAN
from shared.messages import FrameReady
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


async def test_a_message_is_given_back_to_its_lane() -> None:
    queue, lanes = laned(Clock())
    await queue.send([frame("cup", NOON + 1.5 * SPAN)], group="cup")
    [message] = await queue.receive(10)
    assert await queue.set_visibility([message], 0) == []
    [again] = await queue.receive(10)
    assert (again.body, again.receives) == (message.body, 2)
    assert [lane.sent for lane in lanes if lane.sent] == [[(message.body, "cup")]]


async def test_what_a_lane_refuses_is_told_as_it_was_handed_out() -> None:
    queue, lanes = laned(Clock())
    await queue.send([frame("cup", NOON), frame("race", NOON + 1.5 * SPAN)])
    messages = [*await queue.receive(10), *await queue.receive(10)]
    for lane in lanes:
        lane.fail_entries["delete"] = 1
    assert sorted(await queue.delete(messages), key=messages.index) == messages
    assert await queue.delete(messages) == []
    assert (await queue.depth()).total == 0


async def test_empty_lanes_are_not_asked_without_pause() -> None:
    queue, lanes = laned(Clock())
    async with asyncio.timeout(60):
        for _ in range(10):
            assert await queue.receive(10) == []
    assert asyncio.get_running_loop().time() >= 10
    assert all(len(lane.limits) == 11 for lane in lanes)


async def test_what_is_no_frame_is_handed_out_too() -> None:
    queue, _ = laned(Clock())
    await queue.send(["a letter", "another"])
    assert sorted(message.body for message in await queue.receive(10)) == ["a letter", "another"]
    assert (await queue.depth()).in_flight == 2
