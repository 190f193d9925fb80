"""Whether a video is still wanted: asked at most every few seconds, and never of an unknown one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shared import wanted
from shared.ledger import ACTIVE, State, Video
from shared.messages import Source
from shared.options import Options
from shared.wanted import KEPT_SECONDS, Wanted
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


async def test_the_ledger_is_asked_once_for_many_frames(clock: SimpleNamespace) -> None:
    ledger = FakeLedger()
    answers = Wanted(ledger)
    for _ in range(100):
        await answers.wants("cup-1")
    assert ledger.faults.calls == ["get"]


async def test_a_video_that_the_ledger_does_not_know_is_wanted(clock: SimpleNamespace) -> None:
    assert await Wanted(FakeLedger()).wants("unknown")
