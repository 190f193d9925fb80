"""The controller: runs each model while there is work for it. This file only wires its parts together."""

from __future__ import annotations

import uuid

from services.controller.deciding.budget import Caps
from services.controller.deciding.view import Rules
from services.controller.loop import ControlLoop, LoopOptions
from services.controller.managed import Managed
from services.controller.seeing.backlog import BacklogWatch
from services.controller.settings import ControllerSettings
from shared.aws.clients import Clients, clients
from shared.aws.cloudwatch import CloudWatchUnits
from shared.aws.dynamodb.control import DynamoControl
from shared.aws.dynamodb.pool import DynamoPools
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.installation.queues import open_kind, with_dead_letters
from shared.aws.rekognition.models import ProjectVersion
from shared.runtime.service import Life, run


async def main(settings: ControllerSettings, life: Life) -> None:
    """Look after the models until told to stop."""
    async with clients() as aws:
        control = DynamoControl(aws.dynamodb, settings.table_name("control"))
        videos = DynamoVideos(aws.dynamodb, settings.table_name("ledger"))
        loop = ControlLoop(
            _options(settings),
            _managed(settings, aws),
            videos,
            # A beat that fails must be known at once.
            leases=DynamoControl(aws.heartbeats, settings.table_name("control")),
            board=control,
            pools=DynamoPools(aws.dynamodb, settings.table_name("control")),
            counter=CloudWatchUnits(aws.cloudwatch),
        )
        queues = {settings.queue_name(kind): kind for kind in with_dead_letters(settings.detector_names)}
        watch = BacklogWatch(
            list(queues),
            lambda name: open_kind(aws.sqs, settings, queues[name]),
            videos,
            settings.watch_seconds,
        )
        await life.run(loop, watch)


def _options(settings: ControllerSettings) -> LoopOptions:
    rules = Rules(
        tick=settings.tick_seconds,
        hold=settings.hold_seconds,
        billing=settings.start_billing,
        elastic=settings.elastic_units,
        start_attempts=settings.start_attempts,
        respect=settings.respect_seconds,
    )
    caps = Caps(settings.day_budget, settings.month_budget)
    return LoopOptions(owner=uuid.uuid4().hex, lease=settings.lease_seconds, rules=rules, caps=caps)


def _managed(settings: ControllerSettings, aws: Clients) -> list[Managed]:
    return [
        Managed(
            name=spec.key,
            detector=name,
            models=ProjectVersion(aws.models, spec.project_arn or "", spec.model_arn or ""),
            most_units=settings.most_units,
            unit_rate=settings.unit_rate,
        )
        for name, spec in settings.models().items()
    ]


if __name__ == "__main__":
    run("controller", ControllerSettings, main)
