"""The world of one run: an installation on the embedded AWS, a hidden model, detectors, and enough frames."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from benchmarks.rates.model import HiddenModel, serving
from benchmarks.rates.proxy import Proxy, proxied
from services.cli.local.stack import Child, Stack, free_port
from shared.aws.clients import clients
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.installation.provision import provision
from shared.aws.installation.queues import open_kind
from shared.aws.sqs import open_queue
from shared.config.arns import model_name
from shared.config.detectors import frames_queue
from shared.config.settings import ProcessingSettings, load
from shared.messaging.messages import FrameReady, FrameResult, parse
from shared.messaging.queue import Queue
from shared.models.control import ModelReport, ModelState
from tests import ministack

ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
VISIBILITY = 10  # seconds; frames of a process that is killed come back so soon
DETECTOR = {
    "LOGOSTREAM_VISIBILITY_SECONDS": str(VISIBILITY),
    "LOGOSTREAM_HIGHEST_RATE": "100",
    "LOGOSTREAM_HTTP_HOST": "127.0.0.1",
}
BACKLOG_SECONDS = 4.0  # of the model's rate, kept waiting
REPORT_SECONDS = 1.0
STOPPED = 5.0  # seconds between a stop and the start after it; on AWS minutes
DRAIN_SECONDS = 60.0  # for the last frames, after which they count as abandoned


@dataclass(slots=True)
class Frames:
    """Keeps frames waiting, and notes which were reported and how often."""

    frames: Queue
    results: Queue
    sent: int = 0
    reported: Counter[int] = field(default_factory=Counter)  # by the frame's number

    async def top_up(self, waiting: int) -> None:
        while self.sent - len(self.reported) < waiting:
            bodies = [_frame(number).body() for number in range(self.sent, self.sent + 10)]
            await self.frames.send(bodies, group="bench")
            self.sent += 10

    async def collect(self) -> None:
        while True:
            messages = await self.results.receive(10)
            for message in messages:
                result = parse(message.body)
                assert isinstance(result, FrameResult)
                self.reported[result.instant] += 1
            if messages:
                await self.results.delete(messages)


@dataclass(slots=True)
class World:
    """One run under way. Times are seconds since the epoch."""

    model: HiddenModel
    proxy: Proxy
    frames: Frames
    board: DynamoControl
    reported_as: str  # the model's name
    detectors: list[Child] = field(default_factory=list)
    feeding: bool = True
    BODY: ClassVar[str] = "sending"  # what /readyz of a sender says

    async def feed(self) -> None:
        while True:
            if self.feeding:
                await self.frames.top_up(20 + round(BACKLOG_SECONDS * self.model.rate(time.time())))
            await asyncio.sleep(0.2)

    async def report_always(self) -> None:
        """What a controller does all day."""
        while True:
            await self.report()
            await asyncio.sleep(REPORT_SECONDS)

    async def report(self) -> None:
        state = ModelState.RUNNING if self.model.units else ModelState.STOPPED
        report = ModelReport(self.reported_as, state, self.model.units, "", 0, 0.0, time.time())
        await self.board.publish(report, fence=1)

    async def restart(self, units: int) -> None:
        """Stop the model and start it with so many units, as AWS knows no other way to change them."""
        await self._run(0)
        await asyncio.sleep(STOPPED)
        await self._run(units)

    async def _run(self, units: int) -> None:
        self.model.run(units)
        await self.report()

    async def kill_a_sender(self) -> None:
        """SIGKILL the first detector that sends; where none says so, the first of all."""
        said = [await asyncio.to_thread(_readiness, child) for child in self.detectors]
        victim = self.detectors[said.index(self.BODY) if self.BODY in said else 0]
        os.killpg(victim.process.pid, signal.SIGKILL)

    async def drained(self) -> int:
        """Wait for the frames that are still out; returns how many never came."""
        self.feeding = False
        deadline = time.time() + DRAIN_SECONDS
        while self.frames.sent > len(self.frames.reported) and time.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return self.frames.sent - len(self.frames.reported)


@asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[str]:
    """The embedded AWS for all runs; yields its address."""
    with ministack.running(folder) as address:
        os.environ.update(ACCOUNT, AWS_ENDPOINT_URL=address)
        yield address


@asynccontextmanager
async def world(
    address: str, folder: Path, name: str, model: HiddenModel, replicas: int, command: list[str]
) -> AsyncIterator[World]:
    """A world with so many detectors, started by `python` and `command`, each a process of its own."""
    arn = f"arn:aws:rekognition:us-east-1:000000000000:project/bench/version/{name}/1"
    settings = load(ProcessingSettings, prefix=name, model_arn=arn, visibility_seconds=VISIBILITY)
    kind = frames_queue(settings.detector_names[0])
    async with (
        clients() as aws,
        serving(model) as rekognition,
        proxied(urlsplit(address).port or 0) as (proxy, table),
        Stack(folder / name) as stack,
    ):
        await provision(aws, settings, f"{name}-videos")
        frames = Frames(
            await open_kind(aws.sqs, settings, kind),
            await open_queue(aws.sqs, settings.queue_name("results"), wait_seconds=1),
        )
        board = DynamoControl(aws.dynamodb, settings.table_name("control"))
        made = World(model, proxy, frames, board, model_name(arn))
        environment = {
            **DETECTOR,
            "LOGOSTREAM_PREFIX": name,
            "LOGOSTREAM_MODEL_ARN": arn,
            "AWS_ENDPOINT_URL_REKOGNITION": rekognition,
            "AWS_ENDPOINT_URL_DYNAMODB": table,
        }
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(work) for work in (made.feed(), made.report_always(), made.frames.collect())
            ]
            made.detectors += await asyncio.gather(
                *[_started(stack, n, command, environment) for n in range(replicas)]
            )
            try:
                yield made
            finally:
                for helper in helpers:
                    helper.cancel()


async def _started(stack: Stack, number: int, command: list[str], environment: dict[str, str]) -> Child:
    port = free_port()
    own = {**environment, "LOGOSTREAM_HTTP_PORT": str(port)}
    child = await stack.start(f"detector-{number}", [sys.executable, *command], own)
    await stack.until_answers(child, f"http://127.0.0.1:{port}/healthz")
    return child


def _readiness(child: Child) -> str:
    url = f"http://127.0.0.1:{child.environment['LOGOSTREAM_HTTP_PORT']}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return str(reply.read().decode().strip())
    except OSError:
        return "not ready"


def _frame(number: int) -> FrameReady:
    return FrameReady(
        video_id="bench",
        chunk=0,
        instant=number,
        timestamp_ms=1000 * number,
        bucket="logostream-frames",
        key=f"frames/bench/{number:010d}.jpg",
    )
