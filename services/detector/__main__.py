"""The detector: frames in, detections out. This file only wires its parts together."""

from __future__ import annotations

import uuid

from services.detector.assembly import backend
from services.detector.gate import Gate
from services.detector.handler import FrameHandler
from services.detector.pacing.heartbeat import Heartbeat
from services.detector.pacing.pace import Pace
from services.detector.pacing.rate import Bounds
from services.detector.settings import DetectorSettings
from services.detector.unmanaged import AlwaysRunning
from shared.aws.clients import Clients, clients
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.dynamodb.pool import DynamoPools
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.installation.queues import open_kind
from shared.aws.sqs import open_queue
from shared.config.detectors import frames_queue
from shared.messaging.consumer import Consumer, options_for
from shared.runtime.service import Life, run
from shared.videos.wanted import Wanted


async def main(settings: DetectorSettings, life: Life) -> None:
    """Examine frames until told to stop."""
    async with clients() as aws:
        gate = _gate(settings, aws, life)
        pace = Pace(settings.detect_concurrency)
        heartbeat = _heartbeat(settings, aws, life, gate, pace)
        consumer = await _consumer(settings, aws, gate, pace, heartbeat)
        async with gate.watching(), heartbeat.beating():
            await life.run(consumer)


def _gate(settings: DetectorSettings, aws: Clients, life: Life) -> Gate:
    control = DynamoControl(aws.dynamodb, settings.table_name("control"))
    board = control if settings.spec.name in settings.models() else AlwaysRunning(control)
    return Gate(board, settings.spec.key, settings.gate_poll_seconds, life.tell)


def _heartbeat(settings: DetectorSettings, aws: Clients, life: Life, gate: Gate, pace: Pace) -> Heartbeat:
    pools = DynamoPools(aws.heartbeats, settings.table_name("control"))
    bounds = Bounds(settings.initial_rate, settings.highest_rate)
    return Heartbeat(pools, settings.spec.key, uuid.uuid4().hex, gate, pace, bounds, life.say)


async def _consumer(
    settings: DetectorSettings, aws: Clients, gate: Gate, pace: Pace, heartbeat: Heartbeat
) -> Consumer:
    kind = frames_queue(settings.spec.name)
    frames = await open_kind(aws.sqs, settings, kind)
    handler = FrameHandler(
        detector=backend(settings, aws),
        frames=frames,
        results=await open_queue(aws.sqs, settings.queue_name("results")),
        gate=gate,
        pace=pace,
        wanted=Wanted(DynamoVideos(aws.dynamodb, settings.table_name("ledger"))),
    )
    return Consumer(
        frames,
        handler,
        options_for(settings, settings.detect_concurrency),
        dead=await open_queue(aws.sqs, settings.queue_name(f"{kind}-dead")),
        ready=heartbeat.ready,
        at_once=pace.frames_at_once,
        give_up=handler.give_up,
    )


if __name__ == "__main__":
    run("detector", DetectorSettings, main)
