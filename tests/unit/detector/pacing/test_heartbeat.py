"""The heartbeat: a pool of replicas shares the rate, whoever starts, stops, hangs or is cut off."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from prometheus_client import REGISTRY

from services.detector.pacing.membership import HEARTBEAT, LEASE
from shared.messaging.messages import FrameDetected
from tests.fakes import FakeDetector
from tests.unit.detector.replica import MODEL, POLL, Replica, Surroundings, frame, now


def gauge(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"logostream_{name}")


def frames(count: int) -> list[str]:
    return [frame(n).body() for n in range(count)]


async def test_of_many_replicas_one_receives_while_the_limit_is_small(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=3.0)
    around.has_learnt(3.0)
    async with AsyncExitStack() as stack:
        replicas = [around.replica() for _ in range(16)]
        for replica in replicas:
            await stack.enter_async_context(replica.consuming())
        started = now()
        await around.frames.send(frames(100))
        await around.frames.until_empty()
        assert now() - started <= 1.15 * 100 / 3
        busy = [replica for replica in replicas if replica.receives]
        assert len(busy) == 1
        assert busy[0].roles[-1] == "sending"
        assert {replica.roles[-1] for replica in replicas if replica is not busy[0]} == {"standing by"}
    throttled = len(around.detector.calls) - 100
    assert throttled <= 5


async def test_a_large_limit_is_shared_by_several_replicas(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=50.0)
    around.has_learnt(50.0)
    async with AsyncExitStack() as stack:
        replicas = [around.replica() for _ in range(8)]
        for replica in replicas:
            await stack.enter_async_context(replica.consuming())
        await asyncio.sleep(6)
        await around.frames.send(frames(2000))
        await around.frames.until_empty()
        busy = [len(replica.receives) for replica in replicas if replica.receives]
    assert len(busy) == 4
    assert all(350 <= count <= 650 for count in busy)


async def test_a_standby_goes_on_where_a_crashed_sender_ended(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=5.0)
    around.has_learnt(5.0)
    first, second = around.replica(), around.replica()
    crashing = asyncio.create_task(stay(first))
    await asyncio.sleep(1)
    async with second.consuming():
        await asyncio.sleep(5)
        assert second.roles[-1] == "standing by"
        crash_silently(first)
        died_at = now()
        await around.frames.send(frames(20))
        await around.frames.until(lambda: bool(second.receives))
        assert now() - died_at <= 6
    crashing.cancel()


async def test_a_sender_that_stops_is_followed_within_a_beat_or_two(around: Surroundings) -> None:
    first, second = around.replica(), around.replica()
    async with second.alive():
        async with first.alive():
            await asyncio.sleep(3)
        left_at = now()
        await second.heartbeat.ready()
        assert now() - left_at <= 2 * HEARTBEAT


async def test_an_outage_of_the_control_table_stops_no_sender_and_abandons_no_frame(
    around: Surroundings,
) -> None:
    around.detector = FakeDetector(rate=5.0)
    around.has_learnt(5.0)
    sender, standby = around.replica(), around.replica()
    async with sender.consuming(), standby.consuming():
        await around.frames.send(frames(500))
        await asyncio.sleep(10)
        before = len(around.detector.calls)
        for call in ("read", "write", "fault", "report", "refuted"):
            around.pools.faults.refuse[call] = around.control.faults.refuse[call] = 100_000
        await asyncio.sleep(60)
        during = len(around.detector.calls) - before
        around.pools.faults.refuse.clear()
        around.control.faults.refuse.clear()
        assert during >= 0.95 * 60 * 5
        await around.frames.until_empty()
        assert {len(sender.receives), len(standby.receives)} == {500, 0}
    assert [type(result) for result in around.reported] == [FrameDetected] * 500
    assert around.dead.bodies == []


async def test_a_slow_rekognition_does_not_keep_the_heart_from_beating(around: Surroundings) -> None:
    around.detector.faults.latency = 40.0
    async with around.replica(10.0).consuming(frame(n) for n in range(200)):
        await asyncio.sleep(5)
        beats = len(around.pools.history)
        await asyncio.sleep(60)
        assert len(around.pools.history) - beats >= 60 / HEARTBEAT - 1


async def test_frames_in_hand_grow_with_the_latency(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=5.0)
    around.detector.faults.latency = 3.0
    around.has_learnt(5.0)
    replica = around.replica()
    async with replica.consuming(frame(n) for n in range(200)):
        await asyncio.sleep(40)
        assert 3 * replica.pace.rate <= replica.pace.held <= 4 * replica.pace.rate + 4


async def test_the_learnt_rate_is_kept_for_the_next_start(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=7.0)
    async with around.replica(1.0).consuming():
        await around.frames.send(frames(400))
        await around.frames.until_empty()
    learnt = around.pools.rows[MODEL]
    assert learnt.learnt
    assert learnt.senders == ()
    assert learnt.per_unit == pytest.approx(7.0, rel=0.1)
    around.detector = FakeDetector(rate=35.0)
    await around.model_is("RUNNING", units=5)
    async with around.replica(1.0).consuming():
        await asyncio.sleep(2)
        assert around.pools.rows[MODEL].limit == pytest.approx(5 * learnt.per_unit)


@pytest.mark.parametrize("moment", [0.05, 0.3, 0.55, 0.8])
async def test_other_units_are_followed_as_soon_as_they_are_seen(around: Surroundings, moment: float) -> None:
    around.has_learnt(3.0, units=1)
    async with around.working():
        await asyncio.sleep(10 + moment)
        await around.model_is("RUNNING", units=5)
        await asyncio.sleep(POLL + 0.05)
        assert around.pools.rows[MODEL].units == 5


async def test_nobody_beats_while_the_model_does_not_run(around: Surroundings) -> None:
    async with around.working() as replica:
        await replica.heartbeat.ready()
        await around.model_is("STOPPED")
        await asyncio.sleep(5)
        written = len(around.pools.history)
        await asyncio.sleep(600)
        assert len(around.pools.history) == written
        assert around.pools.rows[MODEL].senders == ()


async def test_what_the_pool_does_is_shown(around: Surroundings) -> None:
    around.detector = FakeDetector(rate=5.0)
    async with around.replica(5.0).consuming():
        await around.frames.send(frames(300))
        await asyncio.sleep(40)
        assert gauge("detector_sender") == 1
        assert gauge("detect_limit_calls_per_second") == pytest.approx(5, rel=0.15)
        assert gauge("detect_share_calls_per_second") == gauge("detect_limit_calls_per_second")
        assert 0.8 <= (gauge("detect_utilisation_ratio") or 0) <= 1.1
        assert (gauge("detect_throttled_ratio") or 0) <= 0.1
    assert gauge("detector_sender") == 0


# --- crashing


async def stay(replica: Replica) -> None:
    async with replica.alive():
        await asyncio.Event().wait()


def crash_silently(replica: Replica) -> None:
    """From now on it writes nothing any more, as if its process were gone."""
    replica.heartbeat._attempt = _hang  # type: ignore[method-assign]
    replica.pace.use(None, 0.0)


async def _hang() -> None:
    await asyncio.sleep(LEASE * 1e6)
