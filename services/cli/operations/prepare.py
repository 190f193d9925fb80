"""`logostream prepare`: an installation and a model on emulators, for services that run in containers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.local.bringing_up import Logos
from services.cli.local.installation import LOGS, make_model, write_environment
from services.cli.local.samples import sample_logos
from services.cli.local.stack import Stack
from services.cli.settings import CliSettings
from shared.aws.clients import clients
from shared.aws.installation.provision import provision
from shared.config.settings import load
from shared.runtime.command import run

Environment = Annotated[
    Path, typer.Option("--environment", help="File that names the model, made for services to read.")
]


def prepare(environment: Environment, logos: Logos = None) -> None:
    """Create queues, buckets and tables, and train a model on pictures; safe to repeat.

    Without --logos the model is trained on the sample brands. Where the file exists the model is kept.

    Example: logostream prepare --environment model.env --logos brands/
    """
    run(_prepare(environment, logos))
    typer.echo(f"prepared: {environment} names the model")


async def _prepare(environment: Path, logos: Path | None) -> None:
    settings = load(CliSettings)
    if environment.exists():
        async with clients() as aws:
            await provision(aws, settings, settings.videos_bucket)
        return
    async with Stack(LOGS) as errands:
        model = await make_model(errands, settings, logos or await sample_logos(errands))
    write_environment(model.environment, environment)
