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
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.aggregation.aws import IN_TRANSACTION, Meter, OnePicture, Streamed
from benchmarks.aggregation.material import ID, PER_CHUNK, counts, extracted, result, video
from benchmarks.figures import write_figures
from services.aggregator.finishing import Finisher
from services.aggregator.handler import ResultHandler
from services.aggregator.stills import FrameReader
from shared.aws.dynamodb.counting import DynamoCounting
from shared.costs.prices import DYNAMODB_WRITE
from shared.messaging.queue import Message
from shared.videos.ledger import Chunk
from tests.fakes import FakeAnnouncer, FakeLedger, FakeQueue

AHEAD = 20  # results one aggregator enters at a time
LONG = 72_000  # frames: ten hours at two a second

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
    ledger, objects = FakeLedger(), OnePicture()
    match = video(frames)
    await ledger.plan(match, [Chunk(n, PER_CHUNK) for n in range(match.chunks)])
    finisher = Finisher(ledger, objects, FrameReader(objects, "logostream-frames"), "logostream-results")
    handler = ResultHandler(
        ledger, ledger, ledger, finisher, FakeAnnouncer(), "logostream-results", FakeQueue("chunks")
    )
    bodies = [result(n).body() for n in range(frames)]
    bodies += [extracted(n).body() for n in range(match.chunks)]
    random.Random(1).shuffle(bodies)
    waiting = iter(bodies)

    async def work() -> None:
        for body in waiting:
            await handler(Message("m", body, "r", 1, 0.0))

    began = time.perf_counter(), time.process_time()
    await asyncio.gather(*[work() for _ in range(AHEAD)])
    return time.perf_counter() - began[0], time.process_time() - began[1]


# --- DynamoDB


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
        await books.enter_frame(result(n))
    for n in range(-(-frames // PER_CHUNK)):
        await books.enter_extracted(extracted(n))
        await books.close_chunk(ID, Chunk(n, PER_CHUNK, counts=counts(PER_CHUNK)))


# --- a long video


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
    match = video(frames)
    chunks = [
        Chunk(n, PER_CHUNK, extracted=True, closed=True, counts=counts(PER_CHUNK))
        for n in range(match.chunks)
    ]
    objects = OnePicture()
    finisher = Finisher(Streamed(frames), objects, FrameReader(objects, "frames"), "logostream-results")
    began = time.process_time()
    outcome = await finisher.finish(match, chunks)
    seconds = time.process_time() - began
    for name, size in objects.sizes.items():
        print(f"  {name}: {size / 1e6:.1f} MB")
    found = sum(len(each.exposures) for each in outcome.findings)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


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
