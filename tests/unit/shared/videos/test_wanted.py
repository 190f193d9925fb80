"""Whether a video is still wanted: asked every few seconds while it is, and each time when it is not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from shared.config.options import Options
from shared.messaging.messages import Source
from shared.videos import wanted
from shared.videos.ledger import ACTIVE, State, Video
from shared.videos.wanted import KEPT_SECONDS, PATIENCE, Wanted
from tests.fakes import FakeLedger

VIDEO = Video("cup-1", Source(bucket="b", key="k", version="1"), Options(), State.DETECTING, 0.0, 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(wanted, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


async def test_a_cancelled_video_is_unwanted_within_seconds(clock: SimpleNamespace) -> None:
    ledger = FakeLedger()
    await ledger.plan(VIDEO, [])
    answers = Wanted(ledger)
    assert await answers.wants("cup-1")
    await ledger.move("cup-1", State.CANCELLED, ACTIVE)
    clock.now += KEPT_SECONDS
    assert not await answers.wants("cup-1")


async def test_a_video_whose_failures_are_tried_again_is_wanted_at_once(clock: SimpleNamespace) -> None:
    ledger = FakeLedger()
    await ledger.plan(VIDEO, [])
    answers = Wanted(ledger)
    await ledger.move("cup-1", State.COMPLETED_WITH_ERRORS, ACTIVE)
    assert not await answers.wants("cup-1")
    await ledger.move("cup-1", State.DETECTING, {State.COMPLETED_WITH_ERRORS})
    assert await answers.wants("cup-1")


async def test_the_ledger_is_asked_once_for_many_frames(clock: SimpleNamespace) -> None:
    ledger = FakeLedger()
    answers = Wanted(ledger)
    for _ in range(100):
        await answers.wants("cup-1")
    assert ledger.faults.calls == ["get"]


async def test_a_video_that_the_ledger_does_not_know_is_wanted(clock: SimpleNamespace) -> None:
    assert await Wanted(FakeLedger()).wants("unknown")


async def test_while_the_ledger_cannot_be_read_all_is_wanted_and_nobody_waits_for_it(
    clock: SimpleNamespace,
) -> None:
    ledger = FakeLedger()
    ledger.faults.refuse["get"] = 100
    answers = Wanted(ledger)
    for _ in range(100):
        assert await answers.wants("cup-1")
    assert ledger.faults.calls == ["get"]


async def test_a_ledger_that_hangs_keeps_no_frame_for_long(clock: SimpleNamespace) -> None:
    ledger = FakeLedger()
    ledger.faults.latency = 3600.0
    started = asyncio.get_running_loop().time()
    assert await Wanted(ledger).wants("cup-1")
    assert asyncio.get_running_loop().time() - started == PATIENCE
