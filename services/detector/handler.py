"""Examines one frame: waits for the model and its rate, asks Rekognition, and reports what came of it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from functools import partial

from services.detector.gate import Gate
from services.detector.pacing.pace import Pace, StoodDown, Turn
from shared.messaging.endings import Reject
from shared.messaging.expect import expect
from shared.messaging.messages import FrameDetected, FrameFailed, FrameReady, FrameResult
from shared.messaging.patience import through_outages
from shared.messaging.queue import Message, Queue
from shared.models.detection import Detector
from shared.models.rekognition import (
    BadFrame,
    FrameUnavailable,
    Misconfigured,
    NotReady,
    ServiceFault,
    Throttled,
)
from shared.storage.objects import Address
from shared.telemetry import logs, metrics
from shared.telemetry.tracing import tracer
from shared.videos.wanted import Wanted

log = logging.getLogger(__name__)

READ_TRIES = 3  # of a frame that Rekognition cannot read from S3
READ_PAUSE = 0.5  # seconds between them
LONGEST_FAULT_PAUSE = 30.0  # seconds; pauses double from one second, with full jitter
LATE_TRIES = 3  # of a frame on a failing service, once its video is due; before it there is no end
HOLD_SECONDS = 300.0  # how long one replica tries to examine a frame before others may


class PutBack(Exception):
    """Nothing is wrong with the frame, but it cannot be examined here and now."""


class FrameHandler:
    """Handles `FrameReady`. What cannot be examined for no fault of its own goes back to `frames` as new."""

    def __init__(
        self,
        detector: Detector,
        frames: Queue,
        results: Queue,
        gate: Gate,
        pace: Pace,
        wanted: Wanted,
    ) -> None:
        self._detector = detector
        self._frames = frames
        self._results = results
        self._gate = gate
        self._pace = pace
        self._wanted = wanted

    async def __call__(self, message: Message) -> None:
        frame = expect(message, FrameReady)
        with logs.context(video_id=frame.video_id, timestamp_ms=frame.timestamp_ms):
            try:
                result = await self._result(frame)
            except PutBack as reason:
                # Sent anew: given back, it would come a second time, and after a few times be given up.
                log.info("put back", extra={"reason": str(reason)})
                tracer().note("put back", str(reason))
                await self._frames.send([message.body], frame.video_id, [message.trace])
            else:
                if result:
                    # Held until it is sent: the call that it comes from was paid for.
                    await through_outages(partial(self._results.send, [result.body()]))

    async def _result(self, frame: FrameReady) -> FrameResult | None:
        """None when nobody wants the frame any more."""
        with self._pace.holding():
            if not await self._wanted.wants(frame.video_id):
                return None
            return await self._examine_in_time(frame)

    async def give_up(self, message: Message, reason: str) -> None:
        """Report a frame that will not be tried again, so that its video can still complete."""
        try:
            frame = expect(message, FrameReady)
        except Reject:
            return  # not a frame of any video
        await self._results.send([_failed(frame, reason).body()])

    async def _examine_in_time(self, frame: FrameReady) -> FrameResult:
        try:
            async with asyncio.timeout(HOLD_SECONDS):
                return await self._examine(frame)
        except TimeoutError:
            raise PutBack(f"not examined within {HOLD_SECONDS:.0f} s") from None

    async def _examine(self, frame: FrameReady) -> FrameResult:
        unreadable = faults = 0
        while True:
            try:
                return await self._detect(frame)
            except (Throttled, NotReady):
                pass  # waited out by the pace and the gate
            except BadFrame as error:
                return _failed(frame, str(error))
            except FrameUnavailable as error:
                unreadable += 1
                if unreadable == READ_TRIES:
                    return _failed(frame, str(error))
                await asyncio.sleep(READ_PAUSE)
            except ServiceFault as error:
                faults += 1
                if faults >= LATE_TRIES and _is_late(frame):
                    return _failed(frame, f"{error} (tried {faults} times, and the video is due)")
                await asyncio.sleep(random.uniform(0, min(LONGEST_FAULT_PAUSE, 2.0**faults)))
            except (Misconfigured, StoodDown) as error:
                raise PutBack(str(error)) from error

    async def _detect(self, frame: FrameReady) -> FrameDetected:
        await self._gate.wait_open()
        turn = await self._pace.turn()
        started, reported_at = asyncio.get_running_loop().time(), self._gate.reported_at
        try:
            with tracer().step("detect", {"detector": frame.detector}):
                seen = await self._detector.detect(Address(frame.bucket, frame.key))
        except Exception as error:
            metrics.detect_calls.labels(type(error).__name__).inc()
            await self._learn(error, turn, reported_at)
            raise
        latency = asyncio.get_running_loop().time() - started
        metrics.detect_calls.labels("answered").inc()
        metrics.detect_latency.observe(latency)
        self._pace.answered()
        await self._gate.works()
        return FrameDetected(
            video_id=frame.video_id,
            chunk=frame.chunk,
            instant=frame.instant,
            timestamp_ms=frame.timestamp_ms,
            detector=frame.detector,
            grid=frame.grid,
            model=seen.model,
            detections=tuple(seen.detections),
            latency_ms=round(latency * 1000),
        )

    async def _learn(self, error: Exception, turn: Turn, reported_at: float) -> None:
        """Tell the other frames, of all replicas, what this call has shown."""
        match error:
            case Throttled():
                tracer().note("throttled")
                self._pace.throttled(turn)
            case NotReady():
                tracer().note("model not ready")
                await self._gate.not_ready(reported_at)
            case Misconfigured():
                await self._gate.close_for(str(error))


def _is_late(frame: FrameReady) -> bool:
    return frame.deadline_at is None or time.time() > frame.deadline_at


def _failed(frame: FrameReady, reason: str) -> FrameFailed:
    return FrameFailed(
        video_id=frame.video_id,
        chunk=frame.chunk,
        instant=frame.instant,
        timestamp_ms=frame.timestamp_ms,
        detector=frame.detector,
        grid=frame.grid,
        reason=reason,
    )
