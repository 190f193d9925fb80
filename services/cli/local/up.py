"""`logostream up`: the whole local stack in the foreground."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console

from services.cli.local.bringing_up import Logos, bring_up
from services.cli.local.installation import (
    LOGS,
    local_settings,
    local_stack,
    write_environment,
    write_targets,
)
from services.cli.local.stack import Stack
from services.cli.local.telling import Telling, elsewhere
from shared.runtime.command import run

WATCH_SECONDS = 1.0


def up(logos: Logos = None) -> None:
    """Run the whole local stack until Ctrl-C: embedded AWS, Rekognition stand-in, and every service.

    Without --logos the model is trained on the sample brands.

    Example: logostream up --logos brands/
    """
    run(_up(logos))


async def _up(logos: Path | None) -> None:
    settings, telling = local_settings(), Telling(Console())
    async with local_stack() as embedded, Stack(LOGS) as services:
        with telling.ending():
            environment = await bring_up(embedded, services, settings, logos, telling)
            write_targets(services)
            path = write_environment(environment)
            telling.say(f"in another terminal: {elsewhere(path, 'submit VIDEO')}")
            telling.say("Ctrl-C stops all")
            while True:
                await embedded.tend()
                await services.tend()
                await asyncio.sleep(WATCH_SECONDS)
