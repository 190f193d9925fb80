"""The controller: runs the model while there is work. This file only wires its parts together."""

from __future__ import annotations

import uuid

from services.controller.loop import ControlLoop, LoopOptions
from services.controller.settings import ControllerSettings
from shared.aws import clients
from shared.dynamodb_control import DynamoControl
from shared.dynamodb_videos import DynamoVideos
from shared.rekognition import ProjectVersion, version_name
from shared.service import Life, run


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
        await life.run(loop)


if __name__ == "__main__":
    run("controller", ControllerSettings, main)
