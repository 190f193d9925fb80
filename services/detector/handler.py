"""Examines one frame: waits for the model and its rate, asks Rekognition, and reports what came of it."""

from __future__ import annotations

import asyncio
import random
import time

from services.detector.pace import Pace
from services.detector.ready import Gate
from shared import logs, metrics
from shared.consumer import Reject, Retry
from shared.expect import expect
from shared.messages import FrameDetected, FrameFailed, FrameReady, FrameResult
from shared.objects import Address
from shared.queue import Message, Queue
from shared.rekognition import (
    BadFrame,
    Detector,
    FrameUnavailable,
    Misconfigured,
    NotReady,
    ServiceFault,
    Throttled,
)
from shared.wanted import Wanted

READ_TRIES = 3  # of a frame that Rekognition cannot read from S3
READ_PAUSE = 0.5  # seconds between them
LONGEST_FAULT_PAUSE = 30.0  # seconds; pauses double from one second, with full jitter


class FrameHandler:
    """Handles `FrameReady`. The consumer's handler timeout bounds how long one frame may wait in here."""

    def __init__(
        self, detector: Detector, model: str, results: Queue, gate: Gate, pace: Pace, wanted: Wanted
    ) -> None:
        self._detector = detector
        self._model = model
        self._results = results
        self._gate = gate
        self._pace = pace
        self._wanted = wanted

    async def __call__(self, message: Message) -> None:
        frame = expect(message, FrameReady)
        with logs.context(video_id=frame.video_id, timestamp_ms=frame.timestamp_ms):
            if await self._wanted.wants(frame.video_id):
                result = await self._examine(frame)
                await self._results.send([result.body()])

    async def give_up(self, message: Message, reason: str) -> None:
        """Report a frame that will not be tried again, so that its video can still complete."""
        try:
            frame = expect(message, FrameReady)
        except Reject:
            return  # not a frame of any video
        await self._results.send([_failed(frame, reason).body()])

    async def _examine(self, frame: FrameReady) -> FrameResult:
        unreadable = faults = 0
        while True:
            await self._gate.wait_open()
            await self._pace.turn()
            try:
                return await self._detect(frame)
            except Throttled:
                self._pace.throttled()
            except NotReady:
                self._gate.not_ready()
            except BadFrame as error:
                return _failed(frame, str(error))
            except FrameUnavailable as error:
                unreadable += 1
                if unreadable == READ_TRIES:
                    return _failed(frame, str(error))
                await asyncio.sleep(READ_PAUSE)
            except ServiceFault:
                faults += 1
                await asyncio.sleep(random.uniform(0, min(LONGEST_FAULT_PAUSE, 2.0**faults)))
            except Misconfigured as error:
                await self._gate.close_for(str(error))
                raise Retry(str(error)) from error

    async def _detect(self, frame: FrameReady) -> FrameDetected:
        started = time.monotonic()
        try:
            detections = await self._detector.detect(Address(frame.bucket, frame.key))
        except Exception as error:
            metrics.detect_calls.labels(type(error).__name__).inc()
            raise
        latency = time.monotonic() - started
        metrics.detect_calls.labels("answered").inc()
        metrics.detect_latency.observe(latency)
        self._pace.succeeded()
        await self._gate.works()
        return FrameDetected(
            video_id=frame.video_id,
            chunk=frame.chunk,
            instant=frame.instant,
            timestamp_ms=frame.timestamp_ms,
            detector=frame.detector,
            model=self._model,
            detections=tuple(detections),
            latency_ms=round(latency * 1000),
        )


def _failed(frame: FrameReady, reason: str) -> FrameFailed:
    return FrameFailed(
        video_id=frame.video_id,
        chunk=frame.chunk,
        instant=frame.instant,
        timestamp_ms=frame.timestamp_ms,
        detector=frame.detector,
        reason=reason,
    )
