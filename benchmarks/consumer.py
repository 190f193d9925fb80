"""Measure the consumer: messages a second against a bare receive-and-delete loop, and its memory.

    python benchmarks/consumer.py [--quick] [--json FILE] [--messages N]

Both sides empty the same queue of the embedded AWS (MiniStack) through the same client, in the same run,
alternating; the figures are medians. The handler does nothing, so what differs is the consumer's own work:
slots, leases, batched deletes, metrics. Memory is measured over messages that a queue in memory makes up as
they are received, so that nothing but the consumer can keep them: the peak of Python's memory in the last
tenth of 100,000 messages over that in the first.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import write_figures
from shared.aws.clients import clients
from shared.aws.sqs import SqsQueue, open_queue
from shared.messaging.consumer import Consumer, ConsumerOptions
from shared.messaging.queue import Depth, Message, Queue
from tests import ministack

BATCH = 10
ROUNDS = 5
MEMORY_MESSAGES = 100_000
OPTIONS = ConsumerOptions(concurrency=50)

Row = dict[str, Any]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ministack.running(Path(folder)) as address:
        os.environ.update(
            AWS_ENDPOINT_URL=address,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1",
        )
        rows = [asyncio.run(_throughput(options.messages, 1 if options.quick else ROUNDS))]
    rows.append(asyncio.run(_memory(MEMORY_MESSAGES // 10 if options.quick else MEMORY_MESSAGES)))
    print(f"{'case':16} {'metric':24} {'ours':>9} {'reference':>9} {'ratio':>6}")
    for row in rows:
        figures = f"{row['ours']:9.1f} {row['reference']:9.1f} {row['ratio']:6.3f}"
        print(f"{row['case']:16} {row['metric']:24} {figures}")
    if options.json:
        write_figures(options.json, rows)


# --- throughput


async def _throughput(messages: int, rounds: int) -> Row:
    async with clients() as aws:
        made = await aws.sqs.create_queue(QueueName="bench")
        await aws.sqs.create_queue(QueueName="bench-dead")
        queue = await open_queue(aws.sqs, "bench", wait_seconds=1)
        dead = await open_queue(aws.sqs, "bench-dead", wait_seconds=1)
        ours: list[float] = []
        bare: list[float] = []
        for number in range(rounds + 1):
            pair = [
                (ours, lambda: _consumed(queue, dead, messages)),
                (bare, lambda: _bare(aws.sqs, made["QueueUrl"], messages)),
            ]
            for figures, emptying in pair if number % 2 else reversed(pair):
                await _fill(queue, messages)
                figures.append(messages / await _timed(emptying))
    # The first round warms connections and caches.
    return _row("empty handler", "messages/s", median(ours[1:]), median(bare[1:]))


async def _fill(queue: SqsQueue, messages: int) -> None:
    bodies = [f"message {number}" for number in range(messages)]
    for start in range(0, messages, BATCH):
        await queue.send(bodies[start : start + BATCH])


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


async def _consumed(queue: Queue, dead: Queue, messages: int) -> None:
    """Empty the queue as a service does."""
    seen = 0

    async def handler(_: Message) -> None:
        nonlocal seen
        seen += 1
        if seen == messages:
            consumer.stop()

    consumer = Consumer(queue, handler, OPTIONS, dead=dead)
    await consumer.run()


async def _bare(sqs: Any, url: str, messages: int) -> None:
    """Empty the queue with nothing but the client."""
    seen = 0
    while seen < messages:
        reply = await sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=1)
        got = reply.get("Messages", [])
        seen += len(got)
        entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(got)]
        if entries:
            await sqs.delete_message_batch(QueueUrl=url, Entries=entries)


# --- memory


class EndlessQueue:
    """Makes up messages as they are received and forgets them when they are deleted; tells how many."""

    name = "endless"

    def __init__(self, deleted: Callable[[int], None]) -> None:
        self._made = self._gone = 0
        self._deleted = deleted

    async def receive(self, limit: int) -> list[Message]:
        await asyncio.sleep(0)
        first = self._made + 1
        self._made += limit
        return [Message(f"m{n}", "x" * 300, f"r{n}", 1, time.time()) for n in range(first, first + limit)]

    async def delete(self, messages: Sequence[Message]) -> list[Message]:
        self._gone += len(messages)
        self._deleted(self._gone)
        return []

    async def set_visibility(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        return []

    async def send(
        self, bodies: Sequence[str], group: str | None = None, traces: Sequence[str | None] = ()
    ) -> None:
        pass

    async def depth(self) -> Depth:
        return Depth(0, 0, 0)


async def _memory(messages: int) -> Row:
    """The peak in kB while the last tenth of the messages is handled, and while the second tenth is."""
    peaks: list[float] = []
    tenth = messages // 10

    def deleted(count: int) -> None:
        while len(peaks) < 10 and count >= (len(peaks) + 1) * tenth:
            peaks.append(tracemalloc.get_traced_memory()[1] / 1024)
            gc.collect()
            tracemalloc.reset_peak()
            if len(peaks) == 10:
                consumer.stop()

    async def handler(_: Message) -> None:
        pass

    queue = EndlessQueue(deleted)
    consumer = Consumer(queue, handler, OPTIONS, dead=queue)
    tracemalloc.start()
    await consumer.run()
    tracemalloc.stop()
    return _row(f"{messages:,} messages", "peak kB, last/2nd tenth", peaks[-1], peaks[1])


def _row(case: str, metric: str, ours: float, reference: float) -> Row:
    return {
        "case": case,
        "metric": metric,
        "ours": round(ours, 1),
        "reference": round(reference, 1),
        "ratio": round(ours / reference, 3),
        "unit": metric.split(",")[0],
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="one round instead of five, a tenth of the memory run"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--messages", type=int, default=2000, help="messages of each round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
