"""The controller: runs each model while there is work for it. This file only wires its parts together."""

from __future__ import annotations

import uuid
from functools import partial

from services.controller.loop import ControlLoop, LoopOptions
from services.controller.settings import ControllerSettings
from services.controller.watch import Watch
from shared.arns import model_name
from shared.aws import Clients, clients
from shared.detectors import ModelSpec
from shared.dynamodb_control import DynamoControl
from shared.dynamodb_videos import DynamoVideos
from shared.provision import queues
from shared.rekognition import ProjectVersion
from shared.service import Life, run
from shared.sqs import open_queue


async def main(settings: ControllerSettings, life: Life) -> None:
    """Look after the models until told to stop."""
    owner = uuid.uuid4().hex
    async with clients() as aws:
        # Detectors may share a model, which then has one loop.
        models = {spec.model_arn: spec for spec in settings.models().values()}
        loops = [_loop(settings, aws, spec, owner) for spec in models.values()]
        kinds = queues(settings.detector_names)
        watch = Watch(
            [settings.queue_name(kind) for queue in kinds for kind in (queue, f"{queue}-dead")],
            partial(open_queue, aws.sqs),
            DynamoVideos(aws.dynamodb, settings.table_name("ledger")),
            settings.watch_seconds,
        )
        await life.run(*loops, watch)


def _loop(settings: ControllerSettings, aws: Clients, spec: ModelSpec, owner: str) -> ControlLoop:
    assert spec.model_arn
    assert spec.project_arn
    sharing = [name for name, other in settings.models().items() if other.model_arn == spec.model_arn]
    options = LoopOptions(
        model=model_name(spec.model_arn),
        detectors=tuple(sharing),
        owner=owner,
        units=settings.inference_units,
        tick=settings.tick_seconds,
        lease=settings.lease_seconds,
        start_attempts=settings.start_attempts,
    )
    control = DynamoControl(aws.dynamodb, settings.table_name("control"))
    return ControlLoop(
        options,
        models=ProjectVersion(aws.models, spec.project_arn, spec.model_arn),
        videos=DynamoVideos(aws.dynamodb, settings.table_name("ledger")),
        leases=control,
        board=control,
    )


if __name__ == "__main__":
    run("controller", ControllerSettings, main)
