"""A day of the real controller process against the stand-in: the bill it meters is the bill it is sent."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.rekognition_local.lifecycle import Version
from services.rekognition_local.store import Project, Store
from shared.aws import Clients, clients
from shared.control import ModelReport, ModelState
from shared.dynamodb import to_item
from shared.dynamodb_control import DynamoControl
from shared.dynamodb_videos import DynamoVideos
from shared.ledger import ACTIVE, Chunk, State, Video
from shared.ledger_rows import chunk_item, counter
from shared.messages import Source
from shared.options import Options
from shared.provision import provision
from shared.settings import DetectingSettings, load
from shared.usage import day_key, day_of, day_use, video_key, video_use
from tests import ministack
from tests.system.local_stack import ROOT, base_environment, wait_until

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

SPEED = 400.0  # a call of 50 ms takes 20 s of this day, so runs must be long
DAY = 86_400.0
UNIT_RATE = 3.0  # frames per second
PROJECT = "arn:aws:rekognition:us-east-1:000000000000:project/cups/1"
MODEL = "arn:aws:rekognition:us-east-1:000000000000:project/cups/version/v1/2"
NAME = "cups/v1"
TAKE_OVER = 15.0  # seconds
CALLS_SECONDS = 0.05  # that a look may take on a busy machine
MOST_UNITS = 5


def arrivals() -> list[tuple[float, int]]:
    """A day's videos, most of them by day: seconds since midnight, and frames."""
    chance = random.Random(5)
    return sorted(
        (chance.triangular(0, DAY * 0.9, DAY / 2), chance.randrange(2000, 14000)) for _ in range(60)
    )


@dataclass(slots=True)
class World:
    """What runs, and where it is reached."""

    folder: Path
    environment: dict[str, str]
    stand_in: str
    begun: float = field(default_factory=time.time)

    def now(self) -> float:
        """The time of day as a hasty process sees it that began when we did, to a few minutes."""
        return self.begun + (time.time() - self.begun) * SPEED

    def bill(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.stand_in}/_admin/billing", timeout=10) as reply:
            billing: dict[str, Any] = json.load(reply)
        version: dict[str, Any] = billing["versions"][0]
        return version


@contextmanager
def process(world: World, name: str, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    port = ministack.free_port()
    pages = {"LOGOSTREAM_HTTP_HOST": "127.0.0.1", "LOGOSTREAM_HTTP_PORT": str(port)}
    with (world.folder / f"{name}.log").open("wb") as said:
        started = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**world.environment, **environment, **pages},
            stdout=said,
            stderr=said,
        )
    try:
        wait_until(lambda: _ready(port) or started.poll() is not None, 60, f"{name} to be ready")
        assert started.poll() is None, (world.folder / f"{name}.log").read_text()
        yield started
    finally:
        started.terminate()
        started.wait(30)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return True
    except OSError:
        return False


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The embedded AWS and the stand-in with one trained model, at `SPEED`."""
    ministack.require()
    version = Version(
        MODEL, PROJECT, "v1", 2, ModelState.TRAINING_COMPLETED, 0.0, "ready", {}, {}, {"S3Bucket": "b"}
    )
    store = Store(tmp_path / "rekognition")
    store.put_project(Project(PROJECT, "cups", 1))
    store.put_version(version)
    port = ministack.free_port()
    stand_in = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        variables = {
            "AWS_ENDPOINT_URL": stack.enter_context(ministack.running(tmp_path)),
            "AWS_ENDPOINT_URL_REKOGNITION": stand_in,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "LOGOSTREAM_MODEL_ARN": MODEL,
            "LOGOSTREAM_PROJECT_ARN": PROJECT,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        world = World(tmp_path, {**base_environment(), **variables, "HOME": os.environ["HOME"]}, stand_in)
        settings = {
            "LOGOSTREAM_REKOGNITION_PORT": str(port),
            "LOGOSTREAM_STATE_DIR": str(tmp_path / "rekognition"),
            "LOGOSTREAM_START_SECONDS": "600",
            "LOGOSTREAM_STOP_SECONDS": "120",
            "LOGOSTREAM_CLOCK_SPEED": str(SPEED),
        }
        stack.enter_context(process(world, "stand-in", "services.rekognition_local", **settings))
        yield world


class Pipeline:
    """The rest of the pipeline: videos come, and the model examines the one due first while it runs."""

    def __init__(self, world: World, aws: Clients, settings: DetectingSettings) -> None:
        self._world = world
        self._aws = aws
        self._table = settings.table_name("ledger")
        self._videos = DynamoVideos(aws.dynamodb, self._table)
        self._waiting: dict[str, tuple[Video, int, float]] = {}  # frames, and how many of them are done

    async def arrive(self, number: int, frames: int) -> None:
        now = self._world.now()
        source = Source(bucket="videos", key=f"in/{number}.mp4", version="1")
        video = Video(f"video-{number}", source, Options(), State.DETECTING, now, now + 7200, chunks=1)
        await self._videos.plan(video, [Chunk(0, frames)])
        self._waiting[video.video_id] = (video, frames, 0.0)

    async def work(self, frames: float) -> None:
        """Examine so many frames, those first that are due first."""
        for video_id, (video, total, done) in sorted(
            self._waiting.items(), key=lambda entry: entry[1][0].deadline_at
        ):
            more = min(frames, total - done)
            frames -= more
            if more <= 0:
                return
            await self._enter(video, total, done + more)
            if done + more >= total:
                await self._videos.move(video_id, State.COMPLETED, ACTIVE)
                del self._waiting[video_id]
            else:
                self._waiting[video_id] = (video, total, done + more)

    async def _enter(self, video: Video, total: int, done: float) -> None:
        row = chunk_item(video.video_id, Chunk(0, total))
        row |= {
            "extracted": True,
            "sampled": total,
            "published": total,
            counter("detected", "logos"): int(done),
        }
        await self._aws.dynamodb.put_item(TableName=self._table, Item=to_item(row))

    @property
    def idle(self) -> bool:
        return not self._waiting


async def through_the_day(world: World, pipeline: Pipeline) -> None:
    """Let videos come and be examined until the last is done and the model is off."""
    coming = list(enumerate(arrivals()))[::-1]
    seen = world.now()
    while coming or not pipeline.idle or world.bill()["state"] != "STOPPED":
        while coming and coming[-1][1][0] <= world.now() - world.begun:
            number, (_, frames) = coming.pop()
            await pipeline.arrive(number, frames)
        now, bill = world.now(), world.bill()
        if bill["state"] == "RUNNING":
            await pipeline.work(bill["units"] * UNIT_RATE * (now - seen))
        seen = now
        await asyncio.sleep(0.02)


@pytest.mark.day
async def test_the_meter_agrees_with_the_stand_in_s_bill_within_one_percent_and_a_late_look_a_start(
    world: World,
) -> None:
    settings = load(DetectingSettings)
    hasty = {
        "LOGOSTREAM_TICK_SECONDS": str(10 / SPEED),
        "LOGOSTREAM_LEASE_SECONDS": "5",
        "LOGOSTREAM_UNIT_RATE": str(UNIT_RATE),
    }
    async with clients() as aws:
        await provision(aws, settings, "logostream-videos")
        board = DynamoControl(aws.dynamodb, settings.table_name("control"))
        pipeline = Pipeline(world, aws, settings)
        controller = ["tests.system.hasty", str(SPEED), "services.controller"]
        with process(world, "controller", *controller, **hasty):
            world.begun = time.time()
            await through_the_day(world, pipeline)
            await asyncio.sleep(2)  # the controller sees it STOPPED
        report = await board.report(NAME)
        billed = world.bill()["unit_seconds"]
        days = [day_use(await board.record(day_key(NAME, day_of(world.begun + n * DAY)))) for n in range(3)]
        videos = [video_use(await board.record(video_key(NAME, f"video-{n}"))) for n in range(60)]
    assert report
    assert report.state is ModelState.STOPPED
    # A look is late by what its calls take, which are seconds of this fast day, at each start.
    late_looks = sum(day.starts for day in days) * CALLS_SECONDS * SPEED * MOST_UNITS
    assert abs(report.unit_seconds - billed) <= 0.01 * billed + late_looks
    assert sum(day.running for day in days) == pytest.approx(report.unit_seconds)
    assert sum(video.total for video in videos) == sum(frames for _, frames in arrivals())
    assert sum(day.frames for day in days) == sum(frames for _, frames in arrivals())


async def test_a_standby_leads_within_fifteen_seconds_of_a_killed_leader(world: World) -> None:
    settings = load(DetectingSettings)
    async with clients() as aws:
        await provision(aws, settings, "logostream-videos")
        board = DynamoControl(aws.dynamodb, settings.table_name("control"))
        with process(world, "first", "services.controller") as first:
            await _reported(board, since=0.0)
            with process(world, "second", "services.controller"):
                first.send_signal(signal.SIGKILL)
                killed = time.time()
                report = await _reported(board, since=killed)
    assert report.at - killed <= TAKE_OVER


async def _reported(board: DynamoControl, since: float) -> ModelReport:
    """The first report after a time."""
    while True:
        report = await board.report(NAME)
        if report and report.at > since:
            return report
        assert time.time() - since < 60 or since == 0.0
        await asyncio.sleep(0.1)
