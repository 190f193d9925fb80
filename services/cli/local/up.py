"""`logostream up`: the whole local stack in the foreground."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.local.installation import (
    LOGS,
    local_settings,
    local_stack,
    make_model,
    start_aws,
    start_dashboard,
    start_services,
    write_environment,
    write_targets,
)
from services.cli.local.samples import sample_logos
from services.cli.local.stack import Stack
from shared.runtime.command import run

WATCH_SECONDS = 1.0

Logos = Annotated[
    Path | None,
    typer.Option(help="Folder with a picture or a folder per brand, or a Ground Truth manifest."),
]


def up(logos: Logos = None) -> None:
    """Run the whole local stack until Ctrl-C: embedded AWS, Rekognition stand-in, and every service.

    Without --logos the model is trained on the sample brands.

    Example: logostream up --logos brands/
    """
    run(_up(logos))


async def _up(logos: Path | None) -> None:
    settings = local_settings()
    async with local_stack() as embedded, Stack(LOGS) as services:
        typer.echo("starting the embedded AWS and the Rekognition stand-in")
        environment = await start_aws(embedded, settings)
        pictures = logos or await sample_logos(services)
        typer.echo(f"training on the pictures in {pictures}")
        model = await make_model(services, settings, pictures)
        environment |= await start_services(services, settings, model)
        address = await start_dashboard(services, model)
        write_targets(services)
        path = write_environment(environment | {"LOGOSTREAM_DASHBOARD": address})
        typer.echo(f"the dashboard is at {address}")
        typer.echo(f"up; in another terminal: source {path} && logostream submit VIDEO  (Ctrl-C stops all)")
        while True:
            await embedded.tend()
            await services.tend()
            await asyncio.sleep(WATCH_SECONDS)
