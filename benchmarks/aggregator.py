"""Measure the aggregator: results a second, what they cost in DynamoDB, and how a ten-hour video is finished.

    python benchmarks/aggregator.py [--quick] [--json FILE]

The fakes stand for AWS, so that the aggregator's own work is measured and nothing else: entering results,
closing chunks, and finishing the video with all its files. Write units are counted by DynamoDB's rules on the
very items that the adapter writes. Rates are by the clock, and by processor time where others share the
machine. References are the promises: 500 results a second, and a video of 72,000 frames in 500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import resource
import time
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np

from benchmarks.figures import write_figures
from services.aggregator.finishing import Finisher
from services.aggregator.handler import ResultHandler
from services.aggregator.stills import FrameReader
from shared.aws.dynamodb.counting import DynamoCounting
from shared.config.options import Options, Sampling
from shared.costs.prices import DYNAMODB_WRITE
from shared.messaging.messages import (
    BoundingBox,
    ChunkExtracted,
    Detection,
    FrameDetected,
    FrameResult,
    Source,
)
from shared.messaging.queue import Message
from shared.storage.objects import Address
from shared.videos.ledger import Chunk, Counts, Examined, State, Video
from tests.fakes import FakeAnnouncer, FakeLedger, FakeObjects, FakeQueue

ID = "match-0123456789ab"
PER_CHUNK = 240  # two minutes at two frames a second
BRANDS = [f"Brand {n:02d}" for n in range(20)]
AHEAD = 20  # results one aggregator enters at a time
LONG = 72_000  # frames: ten hours at two a second
ROW_BYTES = 600  # of a chunk's row, or a video's, all of which an update costs
UNIT_BYTES = 1024  # of a DynamoDB write unit
IN_TRANSACTION = 2  # units that each action of a transaction costs for one outside

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a smaller video, one run")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    rows = [
        *_throughput(1 if options.quick else 5),
        *_cost(),
        *_long_video(LONG // 10 if options.quick else LONG),
    ]
    for row in rows:
        print(f"{row['case']:34} {row['metric']:28} {row['ours']:>10.4g} {row['unit']}")
    if options.json:
        write_figures(options.json, rows)


# --- results a second


def _throughput(runs: int) -> list[Row]:
    frames = 10 * PER_CHUNK
    taken = [asyncio.run(_entered(frames)) for _ in range(runs)]
    clock, processor = (median(frames / seconds for seconds in each) for each in zip(*taken, strict=True))
    case = f"{frames} results, {AHEAD} at a time"
    return [
        _row(case, "results per second", clock, 500.0, "/s"),
        _row(case, "results per processor second", processor, 500.0, "/s"),
    ]


async def _entered(frames: int) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    ledger, objects = FakeLedger(), FakeObjects()
    video = _video(frames)
    await ledger.plan(video, [Chunk(n, PER_CHUNK) for n in range(video.chunks)])
    finisher = Finisher(ledger, objects, FrameReader(objects, "logostream-frames"), "logostream-results")
    handler = ResultHandler(
        ledger, ledger, ledger, finisher, FakeAnnouncer(), "logostream-results", FakeQueue("chunks")
    )
    bodies = [_result(n).body() for n in range(frames)]
    bodies += [_extracted(n).body() for n in range(video.chunks)]
    random.Random(1).shuffle(bodies)
    waiting = iter(bodies)

    async def work() -> None:
        for body in waiting:
            await handler(Message("m", body, "r", 1, 0.0))

    began = time.perf_counter(), time.process_time()
    await asyncio.gather(*[work() for _ in range(AHEAD)])
    return time.perf_counter() - began[0], time.process_time() - began[1]


# --- DynamoDB


class Meter:
    """A DynamoDB client that counts the write units of transactions and keeps nothing."""

    def __init__(self) -> None:
        self.units = 0

    async def transact_write_items(self, TransactItems: list[Any]) -> None:
        for action in TransactItems:
            size = _size(action["Put"]["Item"]) if "Put" in action else ROW_BYTES
            self.units += IN_TRANSACTION * -(-size // UNIT_BYTES)


def _size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item whose attributes are strings: names and values in UTF-8."""
    return sum(
        len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items()
    )


def _cost() -> list[Row]:
    meter = Meter()
    asyncio.run(_counted(meter, 1000))
    dollars = meter.units / IN_TRANSACTION * DYNAMODB_WRITE.dollars
    return [
        _row("1,000 results in DynamoDB", "write units", meter.units, None, "units"),
        _row("1,000 results in DynamoDB", "cost", dollars, None, "$"),
    ]


async def _counted(meter: Any, frames: int) -> None:
    books = DynamoCounting(meter, "ledger", "detections")
    for n in range(frames):
        await books.enter_frame(_result(n))
    for n in range(-(-frames // PER_CHUNK)):
        await books.enter_extracted(_extracted(n))
        await books.close_chunk(ID, Chunk(n, PER_CHUNK, counts=_counts(PER_CHUNK)))


# --- a long video


class Streamed(FakeLedger):
    """A ledger whose results are made as they are read, so that only the aggregator's memory is measured."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    async def frames(
        self, video_id: str, span_ms: tuple[int, int] | None = None
    ) -> AsyncIterator[FrameResult]:
        for n in range(self.count):
            yield _result(n)


class OnePicture(FakeObjects):
    """A bucket in which every frame is the same 1080p picture; what is written is forgotten."""

    async def get(self, address: Address) -> bytes:
        return _picture()

    async def upload(self, path: Path, address: Address, content_type: str | None = None) -> None:
        print(f"  {address.key.rpartition('/')[2]}: {path.stat().st_size / 1e6:.1f} MB")


def _long_video(frames: int) -> list[Row]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, megabytes, exposures = pool.apply(_finished, (frames,))
    case = f"{frames:,} frames, {exposures:,} exposures"
    return [
        _row(case, "processor time to finish", seconds, None, "s"),
        _row(case, "peak memory of the process", megabytes, 500.0, "MB"),
    ]


def _finished(frames: int) -> tuple[float, float, int]:
    return asyncio.run(_finish(frames))


async def _finish(frames: int) -> tuple[float, float, int]:
    video = _video(frames)
    chunks = [
        Chunk(n, PER_CHUNK, extracted=True, closed=True, counts=_counts(PER_CHUNK))
        for n in range(video.chunks)
    ]
    objects = OnePicture()
    finisher = Finisher(Streamed(frames), objects, FrameReader(objects, "frames"), "logostream-results")
    began = time.process_time()
    outcome = await finisher.finish(video, chunks)
    seconds = time.process_time() - began
    found = sum(len(each.exposures) for each in outcome.findings)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


# --- material


def _video(frames: int) -> Video:
    return Video(
        video_id=ID,
        source=Source(bucket="videos", key="in/match.mp4", version="1"),
        options=Options(sampling=Sampling(interval=Decimal("0.5"))),
        state=State.EXTRACTING,
        created_at=0.0,
        deadline_at=7200.0,
        duration_ms=500 * frames,
        width=1920,
        height=1080,
        instants=frames,
        chunks=-(-frames // PER_CHUNK),
    )


def _result(n: int) -> FrameDetected:
    """Three brands in each frame on average, each for half a minute, in boxes that move."""
    chance = random.Random(n)
    shown = [brand for at, brand in enumerate(BRANDS) if (n // 60 + 7 * at) % 20 < 3]
    return FrameDetected(
        video_id=ID,
        chunk=n // PER_CHUNK,
        instant=n,
        timestamp_ms=500 * n,
        model="logos.2026-11-25",
        detections=tuple(_detection(brand, n, chance) for brand in shown),
        latency_ms=180,
    )


def _detection(brand: str, n: int, chance: random.Random) -> Detection:
    left = 0.1 + 0.5 * ((n % 60) / 60)
    box = BoundingBox(left=left, top=chance.uniform(0.4, 0.42), width=0.12, height=0.07)
    return Detection(label=brand, confidence=chance.uniform(60, 99), box=box)


def _extracted(chunk: int) -> ChunkExtracted:
    return ChunkExtracted(video_id=ID, chunk=chunk, sampled=PER_CHUNK, published=PER_CHUNK)


def _counts(frames: int) -> Counts:
    return Counts(sampled=frames, published=frames, examined={"logos": Examined(frames, 0)})


@cache
def _picture() -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3), np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.asarray(cv2.imencode(".jpg", smooth, (cv2.IMWRITE_JPEG_QUALITY, 95))[1]).tobytes()


def _row(case: str, metric: str, ours: float, reference: float | None, unit: str) -> Row:
    ratio = None if reference is None else ours / reference
    return {
        "case": case,
        "metric": metric,
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
        "unit": unit,
    }


if __name__ == "__main__":
    main()
