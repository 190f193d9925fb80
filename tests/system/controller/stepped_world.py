"""The world around stepped controllers: its clock, and videos that come and are examined as it is turned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from shared.aws.clients import Clients
from shared.aws.dynamodb.items import to_item
from shared.aws.dynamodb.rows import chunk_item, counter
from shared.aws.dynamodb.videos import DynamoVideos
from shared.config.options import Options
from shared.config.settings import DetectingSettings, load
from shared.messaging.messages import Source
from shared.runtime.listening import listening
from shared.videos.ledger import ACTIVE, Chunk, State, Video
from tests.system.controller.stack import ControllerStack

DAY = 86_400.0
UNIT_RATE = 3.0  # frames per second
GIVEN = 7200.0  # seconds that each video has


@dataclass(frozen=True, slots=True)
class Arrival:
    """A video that comes so many seconds after midnight, for one detector."""

    at: float
    frames: int
    detector: str = "logos"


@dataclass(slots=True)
class Waiting:
    """A video that came and is not done."""

    video: Video
    detector: str
    frames: int
    done: float = 0.0


class SteppedWorld:
    """From a midnight on: lets the stand-in's models examine the video that is due first, while they run."""

    def __init__(
        self, stack: ControllerStack, aws: Clients, arrivals: Sequence[Arrival], detectors: dict[str, str]
    ) -> None:
        self.now = self.midnight = 0.0  # seconds since the epoch
        self._stack = stack
        self._aws = aws
        self._table = load(DetectingSettings).table_name("ledger")
        self._videos = DynamoVideos(aws.dynamodb, self._table)
        self._detectors = detectors  # by the ARN of their model
        self._coming = sorted(enumerate(arrivals), key=lambda entry: -entry[1].at)
        self._waiting: list[Waiting] = []
        self._examined: dict[str, float] = {}  # unit-seconds of each model that were used
        self._turning = asyncio.Lock()
        self._moved = asyncio.Condition()

    @property
    def done(self) -> bool:
        """All that was to come has come and is examined."""
        return not (self._coming or self._waiting)

    async def until(self, moment: float) -> None:
        """Wait until so many seconds after midnight."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.now - self.midnight >= moment)

    async def until_over(self) -> None:
        """Wait until all is examined and no model runs."""
        while not (self.done and await self._all_off()):
            await self.until(self.now - self.midnight + 1)

    async def _all_off(self) -> bool:
        return all(bill["state"] in ("STOPPED", "TRAINING_COMPLETED") for bill in await self._stack.bills())

    async def begin(self, moment: float = 0.0) -> None:
        """Stop the stand-in's clock at so many seconds after the next midnight."""
        now = (await self._stack.admin("clock", {"speed": 0}))["now"]
        self.midnight = now - now % DAY + DAY
        self.now = self.midnight + moment
        await self._stack.admin("clock", {"skip_seconds": self.now - now})

    async def turn(self, to: float) -> None:
        """Let time pass, at least until then."""
        async with self._turning:
            if to > self.now:
                await self._stack.admin("clock", {"skip_seconds": to - self.now})
                self.now = to
                await self._arrive()
                await self._examine()
        async with self._moved:
            self._moved.notify_all()

    async def _arrive(self) -> None:
        while self._coming and self.midnight + self._coming[-1][1].at <= self.now:
            number, coming = self._coming.pop()
            source = Source(bucket="videos", key=f"in/{number}.mp4", version="1")
            at = self.midnight + coming.at
            video = Video(f"video-{number}", source, Options(), State.DETECTING, at, at + GIVEN, chunks=1)
            await self._videos.plan(video, [Chunk(0, coming.frames, detectors=(coming.detector,))])
            self._waiting.append(Waiting(video, coming.detector, coming.frames))

    async def _examine(self) -> None:
        """Examine as many frames as the models were billed for since the last turn."""
        for bill in await self._stack.bills():
            used = bill["unit_seconds"] - self._examined.get(bill["arn"], 0.0)
            self._examined[bill["arn"]] = bill["unit_seconds"]
            await self._examine_first(self._detectors[bill["arn"]], used * UNIT_RATE)

    async def _examine_first(self, detector: str, frames: float) -> None:
        for each in sorted(self._waiting, key=lambda each: each.video.deadline_at):
            more = min(frames, each.frames - each.done) if each.detector == detector else 0.0
            frames -= more
            if more > 0:
                each.done += more
                await self._enter(each)

    async def _enter(self, each: Waiting) -> None:
        row = chunk_item(each.video.video_id, Chunk(0, each.frames, detectors=(each.detector,)))
        row |= {
            "extracted": True,
            "sampled": each.frames,
            "published": each.frames,
            counter("detected", each.detector): int(each.done),
        }
        await self._aws.dynamodb.put_item(TableName=self._table, Item=to_item(row))
        if each.done >= each.frames:
            await self._videos.move(each.video.video_id, State.COMPLETED, ACTIVE)
            self._waiting.remove(each)


@asynccontextmanager
async def clock_of(world: SteppedWorld) -> AsyncIterator[str]:
    """Serve the world's clock to stepped processes; yields its address."""

    async def turn(request: web.Request) -> web.Response:
        await world.turn((await request.json())["to"])
        return web.json_response({"now": world.now})

    app = web.Application()
    app.add_routes([web.post("/", turn)])
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"127.0.0.1:{port}"
