"""Show how throughput grows with processes: 1, 2, 4, 8 detectors and 1, 2 extractors on the embedded AWS.

    python benchmarks/scale.py [--quick] [--json FILE] [--frames N] [--video FILE]

Detectors: N frames lie in the queue while the gate is closed; it opens, and the time until the queue is empty
counts. Rekognition is a stand-in that answers any number of calls after 200 ms, so that the processes are the
limit and not the model. Extractors: one video is submitted eight times, with other options each time; the
time until all their frames are announced counts. The reference is one process. Everything, the embedded AWS
included, shares this machine's cores: `busy` says how much of them a run used.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import web

from benchmarks.figures import write_figures
from services.cli.local.stack import Stack
from services.cli.settings import CliSettings
from shared.aws.clients import Clients, clients
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.installation.provision import provision
from shared.aws.installation.queues import open_kind
from shared.aws.s3 import S3Objects
from shared.aws.sqs import open_queue
from shared.config.arns import model_name
from shared.config.detectors import DEFAULT, frames_queue
from shared.config.options import Options, Sampling
from shared.config.settings import load
from shared.messaging.messages import FrameReady, VideoSubmitted
from shared.messaging.queue import Queue
from shared.models.control import ModelReport, ModelState
from shared.runtime.listening import listening
from shared.storage.objects import Address
from tests import ministack

ARN = "arn:aws:rekognition:us-east-1:000000000000:project/scale/version/v1/1"
PROJECT = "arn:aws:rekognition:us-east-1:000000000000:project/scale/1"
LATENCY = 0.2  # seconds
POLL = 0.2
FRAMES = frames_queue(DEFAULT)
VIDEOS = 8
Row = dict[str, Any]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ministack.running(Path(folder)) as address:
        os.environ.update(_environment(address))
        rows = asyncio.run(_measure(options, Path(folder)))
    if options.json:
        write_figures(options.json, rows)


async def _measure(options: argparse.Namespace, folder: Path) -> list[Row]:
    print(f"{'case':14} {'frames/s':>9} {'to one':>7} {'busy':>6}")
    runs = 1 if options.quick else 3
    async with _rekognition() as port, clients() as aws:
        os.environ["AWS_ENDPOINT_URL_REKOGNITION"] = f"http://127.0.0.1:{port}"
        rows = await _table("detector", (1, 2, 4, 8), runs, _Detecting(aws, options.frames, folder).run)
        video = options.video or await _sample(folder)
        return rows + await _table("extractor", (1, 2), runs, _Extracting(aws, video, folder).run)


async def _table(
    name: str, sizes: tuple[int, ...], runs: int, run: Callable[[int], Awaitable[tuple[float, float]]]
) -> list[Row]:
    rows: list[Row] = []
    for size in sizes:
        rates, busy = zip(*[await run(size) for _ in range(runs)], strict=True)
        ours = median(rates)
        reference = rows[0]["ours"] if rows else ours
        case = f"{name} x {size}"
        print(f"{case:14} {ours:9.1f} {ours / reference:7.2f} {median(busy):6.0%}", flush=True)
        row = {"case": case, "metric": "throughput", "ours": round(ours, 1), "reference": reference}
        rows.append({**row, "ratio": round(ours / reference, 3), "unit": "frames/s"})
    return rows


class _Detecting:
    """Frames that lie in the queue, and detectors that wait for the gate."""

    def __init__(self, aws: Clients, frames: int, folder: Path) -> None:
        self._aws = aws
        self._frames = frames
        self._folder = folder

    async def run(self, size: int) -> tuple[float, float]:
        """Frames per second of so many detectors, and the share of the cores that was busy."""
        settings = await _installation(self._aws)
        queue = await open_kind(self._aws.sqs, settings, FRAMES)
        await queue.send([_frame(n).body() for n in range(self._frames)])
        async with Stack(self._folder / "logs") as stack:
            await _start(stack, "detector", size)
            begun, work = time.monotonic(), _work()
            await DynamoControl(self._aws.dynamodb, settings.table_name("control")).publish(_running(), 1)
            await _until_empty(queue)
            return self._frames / (time.monotonic() - begun), _busy(work)


class _Extracting:
    """One video, submitted again and again with other options."""

    def __init__(self, aws: Clients, video: Path, folder: Path) -> None:
        self._aws = aws
        self._video = video
        self._folder = folder

    async def run(self, size: int) -> tuple[float, float]:
        """Frames per second of so many extractors, and the share of the cores that was busy."""
        settings = await _installation(self._aws)
        address = Address(settings.videos_bucket, f"in-{size}/{self._video.name}")
        await S3Objects(self._aws.s3).upload(self._video, address)
        videos = await open_queue(self._aws.sqs, settings.queue_name("videos"), wait_seconds=1)
        chunks = await open_queue(self._aws.sqs, settings.queue_name("chunks"), wait_seconds=1)
        frames = await open_kind(self._aws.sqs, settings, FRAMES)
        async with Stack(self._folder / "logs") as stack:
            await _start(stack, "extractor", size)
            begun, work = time.monotonic(), _work()
            await videos.send([_submission(address, n).body() for n in range(VIDEOS)])
            await _until_empty(videos)
            await _until_empty(chunks)
            return (await frames.depth()).total / (time.monotonic() - begun), _busy(work)


async def _installation(aws: Clients) -> CliSettings:
    """A new installation, which this process and its children then use."""
    name = f"scale-{time.monotonic_ns()}"
    os.environ["LOGOSTREAM_PREFIX"] = name
    for kind in ("VIDEOS", "FRAMES", "RESULTS"):
        os.environ[f"LOGOSTREAM_{kind}_BUCKET"] = f"{name}-{kind.lower()}"
    settings = load(CliSettings)
    await provision(aws, settings, settings.videos_bucket)
    return settings


async def _start(stack: Stack, service: str, size: int) -> None:
    async with asyncio.TaskGroup() as starts:
        for n in range(size):
            starts.create_task(stack.start_service(f"{service}-{n}", service, {}))


async def _until_empty(queue: Queue) -> None:
    while (await queue.depth()).total:  # noqa: ASYNC110 - a queue cannot wake us
        await asyncio.sleep(POLL)


@asynccontextmanager
async def _rekognition() -> AsyncIterator[int]:
    """Answers every call after the latency: nothing was found."""

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(LATENCY)
        return web.json_response({"CustomLabels": []}, content_type="application/x-amz-json-1.1")

    app = web.Application()
    app.add_routes([web.post("/", answer)])
    async with listening(app, "127.0.0.1", 0) as port:
        yield port


async def _sample(folder: Path) -> Path:
    async with Stack(folder / "logs") as stack:
        await stack.do(
            "samples", [sys.executable, "-m", "services.samples", "--out", str(folder), "--only", "match"]
        )
    return folder / "match.mp4"


def _frame(n: int) -> FrameReady:
    key = f"frames/scale/{n:010}.jpg"
    return FrameReady(video_id="scale", chunk=0, instant=n, timestamp_ms=n, bucket="frames", key=key)


def _running() -> ModelReport:
    return ModelReport(model_name(ARN), ModelState.RUNNING, 5, "the benchmark", 1, 0.0, time.time())


def _submission(address: Address, n: int) -> VideoSubmitted:
    sampling = Sampling(interval=Decimal(1) - Decimal(n) / 1000)
    return VideoSubmitted(bucket=address.bucket, key=address.key, options=Options(sampling=sampling))


def _work() -> tuple[int, int]:
    """The processor time of the machine so far: idle, and in all."""
    times = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return times[3] + times[4], sum(times)


def _busy(before: tuple[int, int]) -> float:
    idle, total = (after - earlier for after, earlier in zip(_work(), before, strict=True))
    return 1 - idle / total


def _environment(address: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LOGOSTREAM_MODEL_ARN": ARN,
        "LOGOSTREAM_PROJECT_ARN": PROJECT,
        "LOGOSTREAM_INITIAL_RATE": "1000",
        "LOGOSTREAM_HIGHEST_RATE": "1000",
        "LOGOSTREAM_DETECT_CONCURRENCY": "32",
        "LOGOSTREAM_GATE_POLL_SECONDS": "0.2",
        "LOGOSTREAM_CHUNK_SECONDS": "6",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one run a case in the place of three")
    parser.add_argument("--json", type=Path, help="write the rows here")
    parser.add_argument("--frames", type=int, default=1500, help="frames that the detectors examine")
    parser.add_argument("--video", type=Path, help="the video that the extractors decode; a sample without")
    return parser.parse_args()


if __name__ == "__main__":
    main()
