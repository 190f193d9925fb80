"""Replicas of the detector on fakes, their gates on the loop's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from services.detector.handler import FrameHandler
from services.detector.pace import Pace
from services.detector.ready import Gate
from shared.consumer import Consumer, ConsumerOptions
from shared.control import ModelReport, ModelState
from shared.messages import FrameReady, FrameResult, parse
from shared.queue import Message
from shared.wanted import Wanted
from tests.fakes import FakeControl, FakeDetector, FakeLedger, FakeQueue

MODEL = "v1"
POLL = 2.0  # seconds between two looks of a gate


def frame(instant: int = 0, video_id: str = "cup-1") -> FrameReady:
    return FrameReady(
        video_id=video_id,
        chunk=0,
        instant=instant,
        timestamp_ms=1000 * instant,
        bucket="logostream-frames",
        key=f"frames/{video_id}/{1000 * instant:010d}-{instant:08d}.jpg",
    )


def message(body: str, receives: int = 1) -> Message:
    return Message("m", body, "r", receives, 0.0)


def now() -> float:
    return asyncio.get_running_loop().time()


class Surroundings:
    """All that the replicas of a detector share, as fakes."""

    def __init__(self) -> None:
        self.control = FakeControl()
        self.ledger = FakeLedger()
        self.detector = FakeDetector()
        self.results = FakeQueue("results")
        self.dead = FakeQueue("frames-dead")
        self.frames = FakeQueue("frames", dead=self.dead)

    async def model_is(self, state: str) -> None:
        """Report the model's state as a controller would."""
        report = ModelReport(MODEL, ModelState(state), 1, "", 0, 0.0, now())
        await self.control.publish(report, fence=1)

    def replica(self, rate: float = 50.0) -> Replica:
        return Replica(self, rate)

    @property
    def reported(self) -> list[FrameResult]:
        """What the replicas sent to the results queue, in the order of the frames."""
        results = [parse(body) for body, _ in self.results.sent]
        return sorted((r for r in results if isinstance(r, FrameResult)), key=lambda r: r.timestamp_ms)


class Replica:
    """One detector. `told` holds what its readiness page said; `receives` the receive count of each try."""

    def __init__(self, around: Surroundings, rate: float) -> None:
        self.around = around
        self.told: list[str | None] = []
        self.receives: list[int] = []
        self.gate = Gate(around.control, MODEL, POLL, self.told.append, now)
        self.handler = FrameHandler(
            detector=around.detector,
            model=MODEL,
            results=around.results,
            gate=self.gate,
            pace=Pace(rate, 50.0),
            wanted=Wanted(around.ledger),
        )

    async def examine(self, *frames: FrameReady) -> None:
        """Hand frames to the handler, one after the other."""
        for each in frames:
            await self.handler(message(each.body()))

    async def is_open(self) -> bool:
        """Whether frames may be examined within two looks from now."""
        try:
            async with asyncio.timeout(2 * POLL):
                await self.gate.wait_open()
        except TimeoutError:
            return False
        return True

    @asynccontextmanager
    async def consuming(self, frames: Iterable[FrameReady]) -> AsyncIterator[Consumer]:
        """Run the whole consumer over these frames for the time of the block."""
        consumer = Consumer(
            self.around.frames,
            self._handle,
            ConsumerOptions(concurrency=4),
            dead=self.around.dead,
            ready=self.gate.wait_open,
            give_up=self.handler.give_up,
        )
        await self.around.frames.send([each.body() for each in frames])
        run = asyncio.create_task(consumer.run(), name="consumer")
        try:
            yield consumer
        finally:
            consumer.stop()
            await run

    async def _handle(self, received: Message) -> None:
        self.receives.append(received.receives)
        await self.handler(received)
