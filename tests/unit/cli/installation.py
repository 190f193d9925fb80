"""An installation of fakes, which the commands open and close as they would a real one."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

from services.cli.settings import CliSettings
from shared.costs.usage import DayUse, VideoUse, day_body, day_key, day_of, video_body, video_key
from shared.messaging.queue import Depth
from shared.models.control import ModelReport, ModelState
from shared.models.rekognition import AlreadyInUse, ModelStatus
from shared.storage.objects import Address
from shared.videos.ledger import Video
from tests.fakes import FakeControl, FakeLedger, FakeObjects, FakePools, FakeQueue
from tests.known_videos import ledger_of

ARN = "arn:aws:rekognition:us-east-1:123456789012:project/cups/version/v1/1763884800000"
MODEL = "cups/v1"
WAITING = {"frames-logos": Depth(5, 3, 2), "frames-logos-dead": Depth(1, 0, 0)}


class Version:
    """The model as Rekognition has it."""

    def __init__(self) -> None:
        self.running = True
        self.started: list[int] = []

    async def describe(self) -> ModelStatus:
        return ModelStatus(ModelState.RUNNING if self.running else ModelState.STOPPED, "as it is.", 1)

    async def start(self, units: int) -> None:
        if self.running:
            raise AlreadyInUse("StartProjectVersion: ResourceInUseException: RUNNING")
        self.started.append(units)

    async def stop(self) -> None:
        if not self.running:
            raise AlreadyInUse("StopProjectVersion: ResourceInUseException: STOPPED")
        self.running = False


class Installation:
    """A connection to fakes."""

    def __init__(self) -> None:
        self.videos = FakeLedger()
        self.board = FakeControl()
        self.pools = FakePools()
        self.objects = FakeObjects("logostream-videos", "logostream-frames", "logostream-results")
        self.queues: defaultdict[str, FakeQueue] = defaultdict(FakeQueue)
        self.version = Version()
        self.settings = CliSettings()

    @property
    def brands(self) -> FakeLedger:
        return self.videos

    async def queue(self, kind: str) -> FakeQueue:
        return self.queues[kind]

    async def depths(self) -> dict[str, Depth]:
        return WAITING

    def holds(self, *videos: Video) -> None:
        self.videos = asyncio.run(ledger_of(*videos))

    def has_results(self, video_id: str, name: str, body: bytes) -> None:
        address = Address("logostream-results", f"results/{video_id}/{name}")
        asyncio.run(self.objects.put(address, body, "text/plain"))

    def reports(self, age: float = 5.0) -> None:
        reason = "running: 60 frames to examine with 2 units, done about 12:01 UTC"
        seen = ModelReport(MODEL, ModelState.RUNNING, 2, reason, 60, 7200.0, time.time() - age)
        asyncio.run(self.board.publish(seen, 1))

    def was_used(self) -> None:
        """Half of today's two unit-hours went into a video called cup."""
        today = day_of(time.time())
        use = DayUse(running=7200.0, passing=900.0, frames=10_000, starts=2)
        self.board.records = {
            day_key(MODEL, today): day_body(use),
            video_key(MODEL, "cup-1"): video_body(VideoUse({today: 5000})),
        }
