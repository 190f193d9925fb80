"""Replicas of the detector on fakes, on the loop's clock."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from services.detector.gate import Gate
from services.detector.handler import FrameHandler
from services.detector.pacing import rate
from services.detector.pacing.heartbeat import Heartbeat
from services.detector.pacing.pace import Pace
from services.detector.pacing.rate import Bounds
from shared.messaging.consumer import Consumer, ConsumerOptions
from shared.messaging.messages import FrameReady, FrameResult, parse
from shared.messaging.queue import Message
from shared.models.control import ModelReport, ModelState
from shared.models.pool import Units
from shared.videos.wanted import Wanted
from tests.fakes import FakeControl, FakeDetector, FakeLedger, FakePools, FakeQueue

MODEL = "v1"
POLL = 1.0  # seconds between two looks of a gate
FEW_LOOKS = 3 * POLL


def frame(instant: int = 0, video_id: str = "cup-1", deadline_at: float | None = None) -> FrameReady:
    return FrameReady(
        video_id=video_id,
        chunk=0,
        instant=instant,
        timestamp_ms=1000 * instant,
        bucket="logostream-frames",
        key=f"frames/{video_id}/{1000 * instant:010d}-{instant:08d}.jpg",
        deadline_at=deadline_at,
    )


def message(body: str, receives: int = 1) -> Message:
    return Message("m", body, "r", receives, 0.0)


def now() -> float:
    return asyncio.get_running_loop().time()


class Surroundings:
    """All that the replicas of a detector share, as fakes."""

    def __init__(self) -> None:
        self.control = FakeControl()
        self.pools = FakePools()
        self.ledger = FakeLedger()
        self.detector = FakeDetector()
        self.results = FakeQueue("results")
        self.dead = FakeQueue("frames-dead")
        self.frames = FakeQueue("frames", dead=self.dead)
        self._names = itertools.count(1)

    async def model_is(self, state: str, units: int = 1) -> None:
        """Report the model's state as a controller would."""
        running = units if state == "RUNNING" else 0
        report = ModelReport(MODEL, ModelState(state), running, "", 0, 0.0, now())
        await self.control.publish(report, fence=1)

    def has_learnt(self, per_unit: float, units: int = 1) -> None:
        """An earlier pool has found the rate of this model."""
        begun = rate.begin(MODEL, Units(units, now()), Bounds(per_unit, 50.0), now() - rate.FREEZE)
        self.pools.rows[MODEL] = replace(begun, learnt=True, version=1)

    def replica(self, per_unit: float = 50.0) -> Replica:
        """One more replica, which tries this rate for each unit before anything is learnt."""
        return Replica(self, f"replica-{next(self._names)}", per_unit)

    @asynccontextmanager
    async def working(self, per_unit: float = 50.0) -> AsyncIterator[Replica]:
        """One more replica whose gate is watched and whose heart beats, for the time of the block."""
        replica = self.replica(per_unit)
        async with replica.alive():
            yield replica

    @property
    def reported(self) -> list[FrameResult]:
        """What the replicas sent to the results queue, in the order of the frames."""
        results = [parse(body) for body, _ in self.results.sent]
        return sorted((r for r in results if isinstance(r, FrameResult)), key=lambda r: r.timestamp_ms)


class Replica:
    """One detector. `told` holds what its readiness page said; `receives` the receive count of each try."""

    def __init__(self, around: Surroundings, name: str, per_unit: float) -> None:
        self.around = around
        self.name = name
        self.told: list[str | None] = []
        self.roles: list[str] = []
        self.receives: list[int] = []
        self.gate = Gate(around.control, MODEL, POLL, self.told.append, now)
        self.pace = Pace(50, now)
        bounds = Bounds(per_unit, 50.0)
        self.heartbeat = Heartbeat(
            around.pools, MODEL, name, self.gate, self.pace, bounds, self.roles.append, now
        )
        self.handler = FrameHandler(
            detector=around.detector,
            frames=around.frames,
            results=around.results,
            gate=self.gate,
            pace=self.pace,
            wanted=Wanted(around.ledger),
        )

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Its gate is watched and its heart beats, for the time of the block."""
        async with self.gate.watching(), self.heartbeat.beating():
            yield

    async def examine(self, *frames: FrameReady) -> None:
        """Hand frames to the handler, one after the other."""
        for each in frames:
            await self.handler(message(each.body()))

    @asynccontextmanager
    async def consuming(self, frames: Iterable[FrameReady] = ()) -> AsyncIterator[Consumer]:
        """Run the whole detector over these frames for the time of the block."""
        consumer = Consumer(
            self.around.frames,
            self._handle,
            ConsumerOptions(concurrency=50),
            dead=self.around.dead,
            ready=self.heartbeat.ready,
            at_once=self.pace.frames_at_once,
            give_up=self.handler.give_up,
        )
        await self.around.frames.send([each.body() for each in frames])
        async with self.alive():
            run = asyncio.create_task(consumer.run(), name="consumer")
            try:
                yield consumer
            finally:
                consumer.stop()
                await run

    async def _handle(self, received: Message) -> None:
        self.receives.append(received.receives)
        await self.handler(received)
