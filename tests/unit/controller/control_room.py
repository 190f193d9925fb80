"""Control loops on fakes, on the loop's clock, with a ledger whose work tests add and take away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from services.controller.bookkeeping.diary import memory_key
from services.controller.bookkeeping.memory import Memory
from services.controller.deciding.budget import Caps
from services.controller.deciding.view import Rules, StartBilling
from services.controller.loop import ControlLoop, LoopOptions
from services.controller.managed import Managed
from shared.config.options import Options
from shared.costs.usage import DayUse, day_key, day_of, day_use
from shared.messaging.messages import Source
from shared.models.control import ModelReport, ModelState
from shared.models.rekognition import Models
from shared.videos.ledger import Chunk, Counts, Examined, State, Video
from tests.fakes import FakeControl, FakeLedger, FakeModels, FakePools, FakeUnits

MODEL = "v1"
TICK, LEASE = 10.0, 10.0
UNIT_RATE = 2.0
NO_CAPS = Caps()


def now() -> float:
    return asyncio.get_running_loop().time()


class ControlRoom:
    """What controllers share."""

    def __init__(self, models: FakeModels | None = None) -> None:
        self.models = models or FakeModels()
        self.ledger = FakeLedger()
        self.control = FakeControl()
        self.pools = FakePools()
        self.counter = FakeUnits()

    async def frames_arrive(
        self,
        frames: int,
        video_id: str = "cup-1",
        given: float = 7200.0,
        detectors: tuple[str, ...] = ("logos",),
    ) -> None:
        """Plan a video of so many frames, due in `given` seconds."""
        source = Source(bucket="videos", key=f"{video_id}.mp4", version="1")
        video = Video(video_id, source, Options(), State.EXTRACTING, now(), now() + given, chunks=1)
        await self.ledger.plan(video, [Chunk(0, frames, detectors=detectors)])

    def frames_are_examined(self, video_id: str = "cup-1", frames: int | None = None) -> None:
        """Fill the books of a video, as the aggregator does: all frames, or so many of them so far."""
        row = self.ledger.books[video_id][0]
        done = row.instants if frames is None else frames
        examined = {name: Examined(detected=done) for name in row.detectors}
        counts = Counts(sampled=row.instants, published=row.instants, examined=examined)
        self.ledger.books[video_id][0] = replace(row, extracted=True, counts=counts)

    async def frames_are_examined_steadily(self, rate: float, video_id: str = "cup-1") -> None:
        """Fill the books by so many frames a second for as long as the model runs; for ever."""
        done = 0.0
        while True:
            await asyncio.sleep(TICK)
            if self.models.state is ModelState.RUNNING:
                done = min(done + rate * TICK, self.ledger.books[video_id][0].instants)
                self.frames_are_examined(video_id, int(done))

    def managed(self, models: Models | None = None, name: str = MODEL, detector: str = "logos") -> Managed:
        return Managed(name, detector, models or self.models, most_units=5, unit_rate=UNIT_RATE)

    def loop(
        self,
        owner: str = "one",
        *models: Managed,
        caps: Caps = NO_CAPS,
        clock: Callable[[], float] = now,
        **rules: Any,
    ) -> ControlLoop:
        """A controller; its rules are those of unbilled start-ups unless given."""
        given = Rules(**{"tick": TICK, "billing": StartBilling.UNBILLED, **rules})
        return ControlLoop(
            LoopOptions(owner, LEASE, given, caps),
            models or [self.managed()],
            self.ledger,
            leases=self.control,
            board=self.control,
            pools=self.pools,
            counter=self.counter,
            clock=clock,
        )

    @property
    def memory(self) -> Memory:
        return TypeAdapter(Memory).validate_json(self.control.records[memory_key(MODEL)])

    def day(self, model: str = MODEL) -> DayUse:
        """The use of the first day."""
        return day_use(self.control.records.get(day_key(model, day_of(0))))

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


def startable() -> ControlRoom:
    """A stopped model that takes ten minutes to start and none to stop."""
    return ControlRoom(FakeModels(start_seconds=600, stop_seconds=0.0))
