"""The detector: frames in, detections out. This file only wires its parts together."""

from __future__ import annotations

import uuid

from services.detector.backends import backend
from services.detector.handler import FrameHandler
from services.detector.heartbeat import Heartbeat
from services.detector.pace import Pace
from services.detector.rate import Bounds
from services.detector.ready import Gate
from services.detector.settings import DetectorSettings
from services.detector.unmanaged import AlwaysRunning
from shared.aws.clients import clients
from shared.aws.dynamodb_control import DynamoControl
from shared.aws.dynamodb_pool import DynamoPools
from shared.aws.dynamodb_videos import DynamoVideos
from shared.aws.queues import open_kind
from shared.aws.sqs import open_queue
from shared.config.detectors import frames_queue
from shared.messaging.consumer import Consumer, options_for
from shared.runtime.service import Life, run
from shared.videos.wanted import Wanted


async def main(settings: DetectorSettings, life: Life) -> None:
    """Examine frames until told to stop."""
    spec = settings.spec
    kind = frames_queue(spec.name)
    async with clients() as aws:
        frames = await open_kind(aws.sqs, settings, kind)
        control = DynamoControl(aws.dynamodb, settings.table_name("control"))
        board = control if spec.name in settings.models() else AlwaysRunning(control)
        gate = Gate(board, spec.key, settings.gate_poll_seconds, life.tell)
        pace = Pace(settings.detect_concurrency)
        heartbeat = Heartbeat(
            DynamoPools(aws.heartbeats, settings.table_name("control")),
            spec.key,
            uuid.uuid4().hex,
            gate,
            pace,
            Bounds(settings.initial_rate, settings.highest_rate),
            life.say,
        )
        handler = FrameHandler(
            detector=backend(settings, aws),
            frames=frames,
            results=await open_queue(aws.sqs, settings.queue_name("results")),
            gate=gate,
            pace=pace,
            wanted=Wanted(DynamoVideos(aws.dynamodb, settings.table_name("ledger"))),
        )
        consumer = Consumer(
            frames,
            handler,
            options_for(settings, settings.detect_concurrency),
            dead=await open_queue(aws.sqs, settings.queue_name(f"{kind}-dead")),
            ready=heartbeat.ready,
            at_once=pace.frames_at_once,
            give_up=handler.give_up,
        )
        async with gate.watching(), heartbeat.beating():
            await life.run(consumer)


if __name__ == "__main__":
    run("detector", DetectorSettings, main)
