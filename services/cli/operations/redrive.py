"""`logostream redrive`: give dead letters another try."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.connection import connect
from services.cli.settings import CliSettings
from shared.aws.installation.queues import queue_kinds
from shared.config.settings import load
from shared.messaging.redrive import move_all
from shared.runtime.command import run

Name = Annotated[str, typer.Argument(metavar="QUEUE", help="videos, chunks, results, or frames-DETECTOR.")]


def redrive(queue: Name) -> None:
    """Move the dead letters of a queue back into it, once their cause is cured.

    Example: logostream redrive results
    """
    moved = run(_redrive(queue))
    typer.echo(f"{moved} message{'s' if moved != 1 else ''} moved from {queue}-dead to {queue}")


async def _redrive(kind: str) -> int:
    settings = load(CliSettings)
    kinds = queue_kinds(settings.detector_names)
    if kind not in kinds:
        raise typer.BadParameter(f"no queue is named {kind}: name one of {', '.join(kinds)}.")
    async with connect(settings) as connection:
        dead, alive = await connection.queue(f"{kind}-dead"), await connection.queue(kind)
        return await move_all(dead, alive)
