"""Brings the local stack up, step by step, and tells of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.local.installation import make_model, start_aws, start_dashboard, start_services
from services.cli.local.samples import sample_logos
from services.cli.local.stack import Stack
from services.cli.local.telling import Telling
from services.cli.settings import CliSettings

DASHBOARD, MODEL = "LOGOSTREAM_DASHBOARD", "LOGOSTREAM_MODEL_ARN"

Logos = Annotated[
    Path | None,
    typer.Option(
        exists=True, help="Folder with a picture or a folder per brand, or a Ground Truth manifest."
    ),
]


async def bring_up(
    embedded: Stack, services: Stack, settings: CliSettings, logos: Path | None, telling: Telling
) -> dict[str, str]:
    """Start AWS, train a model on these logos or the sample brands, start every service and the dashboard.

    Returns the environment that leads there; `DASHBOARD` and `MODEL` are in it.
    """
    telling.say("starting the embedded AWS and the Rekognition stand-in")
    environment = await start_aws(embedded, settings)
    pictures = logos or await sample_logos(services)
    with telling.waiting(
        f"training the stand-in on the pictures in {pictures}",
        "a minute or two, but for pictures it has learnt before",
    ):
        model = await make_model(services, settings, pictures)
    replicas = settings.detector_replicas * len(settings.detectors)
    telling.say(f"starting extractor, {replicas} detectors, controller and aggregator")
    environment |= await start_services(services, settings, model)
    environment[DASHBOARD] = await start_dashboard(services, model)
    telling.say(f"the dashboard is at {environment[DASHBOARD]}")
    return environment
