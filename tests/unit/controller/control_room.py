"""Control loops on fakes, on the loop's clock, with a ledger whose work tests add and take away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from services.controller.loop import ControlLoop, LoopOptions
from shared.control import ModelReport
from shared.ledger import Chunk, Counts, Examined, State, Video
from shared.messages import Source
from shared.options import Options
from shared.rekognition import Models
from tests.fakes import FakeControl, FakeLedger, FakeModels

MODEL = "v1"
TICK, LEASE = 10.0, 30.0
UNITS = 2


def now() -> float:
    return asyncio.get_running_loop().time()


class ControlRoom:
    """What controllers share."""

    def __init__(self, models: FakeModels | None = None) -> None:
        self.models = models or FakeModels()
        self.ledger = FakeLedger()
        self.control = FakeControl()

    async def frames_arrive(self, frames: int, video_id: str = "cup-1") -> None:
        """Plan a video of so many frames."""
        source = Source(bucket="videos", key=f"{video_id}.mp4", version="1")
        video = Video(video_id, source, Options(), State.EXTRACTING, now(), now() + 7200, chunks=1)
        await self.ledger.plan(video, [Chunk(0, frames)])

    def frames_are_examined(self, video_id: str = "cup-1") -> None:
        """Fill the books of a video, as the aggregator does."""
        row = self.ledger.books[video_id][0]
        examined = {"logos": Examined(detected=row.instants)}
        counts = Counts(sampled=row.instants, published=row.instants, examined=examined)
        self.ledger.books[video_id][0] = replace(row, extracted=True, counts=counts)

    def loop(
        self,
        owner: str = "one",
        models: Models | None = None,
        start_attempts: int = 3,
        clock: Callable[[], float] = now,
    ) -> ControlLoop:
        options = LoopOptions(
            model=MODEL,
            detectors=("logos",),
            owner=owner,
            units=UNITS,
            tick=TICK,
            lease=LEASE,
            start_attempts=start_attempts,
        )
        return ControlLoop(
            options, models or self.models, self.ledger, leases=self.control, board=self.control, clock=clock
        )

    @property
    def report(self) -> ModelReport:
        return self.control.reports[MODEL][0]


@asynccontextmanager
async def running(*loops: ControlLoop) -> AsyncIterator[None]:
    """Run loops for the time of the block, then stop them in order."""
    tasks = [asyncio.create_task(loop.run(), name="control loop") for loop in loops]
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        await asyncio.gather(*tasks)
