"""The detectors to compare with: the same consumer and queue, another way to keep to the rate.

    python -m benchmarks.rates.peers adaptive|fixed RATE

`adaptive` is botocore's own rate limiter (retry mode "adaptive"), one per process as it comes; `fixed` sends
RATE calls a second, as a replica would that is told its share by hand. Both retry what is throttled for ever.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import aioboto3
from aiobotocore.config import AioConfig

from shared.aws.installation.queues import open_kind
from shared.aws.rekognition.detection import CustomLabels
from shared.aws.sqs import open_queue
from shared.config.detectors import frames_queue
from shared.config.settings import DetectingSettings
from shared.messaging.consumer import Consumer, options_for
from shared.messaging.messages import FrameDetected, FrameReady
from shared.messaging.queue import Message
from shared.models.detection import Detector
from shared.models.rekognition import NotReady, Throttled
from shared.runtime.service import Life, run
from shared.storage.objects import Address

WORKERS = 8
NOT_READY_PAUSE = 1.0  # seconds
RETRIES = {
    "adaptive": {"mode": "adaptive", "total_max_attempts": 10},
    "fixed": {"total_max_attempts": 1},
}

Wait = Callable[[], Awaitable[None]]


class FixedShare:
    """Evenly paced calls at a given rate."""

    def __init__(self, rate: float) -> None:
        self._period = 1 / rate
        self._next = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next = max(now, self._next + self._period)
        await asyncio.sleep(self._next - now)


async def at_once() -> None:
    """Botocore waits inside the call."""


async def main(settings: DetectingSettings, life: Life) -> None:
    """Examine frames until told to stop."""
    strategy, rate = sys.argv[1], float(sys.argv[2])
    session = aioboto3.Session()
    async with (
        session.client("sqs") as sqs,
        session.client("rekognition", config=AioConfig(retries=RETRIES[strategy])) as rekognition,
    ):
        kind = frames_queue(settings.detector_names[0])
        results = await open_queue(sqs, settings.queue_name("results"))
        [model] = settings.models().values()
        assert model.model_arn
        detector = CustomLabels(rekognition, model.model_arn, 40.0)
        wait = FixedShare(rate).turn if strategy == "fixed" else at_once

        async def handle(message: Message) -> None:
            frame = FrameReady.model_validate_json(message.body)
            await results.send([(await _examined(detector, frame, wait)).body()])

        consumer = Consumer(
            await open_kind(sqs, settings, kind),
            handle,
            options_for(settings, WORKERS),
            dead=await open_queue(sqs, settings.queue_name(f"{kind}-dead")),
        )
        await life.run(consumer)


async def _examined(detector: Detector, frame: FrameReady, wait: Wait) -> FrameDetected:
    while True:
        await wait()
        try:
            found = await detector.detect(Address(frame.bucket, frame.key))
        except Throttled:
            continue
        except NotReady:
            await asyncio.sleep(NOT_READY_PAUSE)
            continue
        return FrameDetected(
            video_id=frame.video_id,
            chunk=frame.chunk,
            instant=frame.instant,
            timestamp_ms=frame.timestamp_ms,
            model="peer",
            detections=tuple(found.detections),
            latency_ms=0,
        )


if __name__ == "__main__":
    run("detector", DetectingSettings, main)
