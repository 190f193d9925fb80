"""The controller: runs the model while there is work. This file only wires its parts together."""

from __future__ import annotations

import uuid
from functools import partial

from services.controller.loop import ControlLoop, LoopOptions
from services.controller.settings import ControllerSettings
from services.controller.watch import Watch
from shared.aws import clients
from shared.dynamodb_control import DynamoControl
from shared.dynamodb_videos import DynamoVideos
from shared.provision import QUEUES
from shared.rekognition import ProjectVersion, version_name
from shared.service import Life, run
from shared.sqs import open_queue


async def main(settings: ControllerSettings, life: Life) -> None:
    """Look after the model until told to stop."""
    options = LoopOptions(
        model=version_name(settings.model_arn),
        owner=uuid.uuid4().hex,
        units=settings.inference_units,
        tick=settings.tick_seconds,
        lease=settings.lease_seconds,
        start_attempts=settings.start_attempts,
    )
    async with clients() as aws:
        control = DynamoControl(aws.dynamodb, settings.table_name("control"))
        loop = ControlLoop(
            options,
            models=ProjectVersion(aws.models, settings.project_arn, settings.model_arn),
            videos=DynamoVideos(aws.dynamodb, settings.table_name("ledger")),
            leases=control,
            board=control,
        )
        watch = Watch(
            [settings.queue_name(kind) for queue in QUEUES for kind in (queue, f"{queue}-dead")],
            partial(open_queue, aws.sqs),
            DynamoVideos(aws.dynamodb, settings.table_name("ledger")),
            settings.watch_seconds,
        )
        await life.run(loop, watch)


if __name__ == "__main__":
    run("controller", ControllerSettings, main)
