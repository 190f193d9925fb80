"""`logostream provision`: make the queues, buckets and tables of an installation."""

from __future__ import annotations

import typer

from services.cli.connection import connect
from services.cli.settings import CliSettings
from shared.aws.installation import provision as installation
from shared.config.settings import load
from shared.runtime.command import run


def provision() -> None:
    """Create the queues, buckets, tables and indexes that are missing; safe to repeat.

    Example: LOGOSTREAM_VIDEOS_BUCKET=my-videos logostream provision
    """
    run(_provision())
    typer.echo("all queues, buckets and tables are there")


async def _provision() -> None:
    settings = load(CliSettings)
    async with connect(settings) as connection:
        await installation.provision(connection.aws, settings, settings.videos_bucket)
