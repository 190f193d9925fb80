"""The jumping clock: waiting takes no time, and what really happens outside is still waited for."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from tests import clock
from tests.clock import Deadlock, JumpingLoop


async def test_twenty_minutes_pass_at_once() -> None:
    started = time.monotonic()
    await asyncio.sleep(1200)
    assert asyncio.get_running_loop().time() == 1200
    assert time.monotonic() - started < 5


async def test_timers_go_off_in_the_order_of_their_times() -> None:
    order: list[int] = []
    async with asyncio.TaskGroup() as tasks:
        for seconds in (30, 10, 20):
            tasks.create_task(_note(order, seconds))
    assert order == [10, 20, 30]


async def test_a_thread_is_waited_for_and_a_timeout_on_it_still_ends() -> None:
    held = threading.Event()
    try:
        assert await asyncio.to_thread(lambda: 42) == 42
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(held.wait), 0.01)
    finally:
        held.set()


def test_a_loop_that_nothing_can_wake_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_PATIENCE", 0.01)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner, pytest.raises(Deadlock, match="stuck"):
        runner.run(_stuck())


async def _note(order: list[int], seconds: int) -> None:
    await asyncio.sleep(seconds)
    order.append(seconds)


async def _stuck() -> None:
    await asyncio.create_task(asyncio.Event().wait(), name="stuck")
