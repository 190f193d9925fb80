"""`logostream redrive`: give dead letters another try."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from services.cli.connection import connect
from services.cli.running import run
from services.cli.settings import CliSettings
from shared.redrive import move_all
from shared.settings import load


class Kind(StrEnum):
    """The queues that have dead letters."""

    VIDEOS = "videos"
    CHUNKS = "chunks"
    FRAMES = "frames"
    RESULTS = "results"


Name = Annotated[Kind, typer.Argument(metavar="QUEUE", help="videos, chunks, frames or results.")]


def redrive(queue: Name) -> None:
    """Move the dead letters of a queue back into it, once their cause is cured.

    Example: logostream redrive results
    """
    moved = run(_redrive(queue))
    typer.echo(f"{moved} message{'s' if moved != 1 else ''} moved from {queue}-dead to {queue}")


async def _redrive(kind: Kind) -> int:
    async with connect(load(CliSettings)) as connection:
        dead, alive = await connection.queue(f"{kind}-dead"), await connection.queue(kind)
        return await move_all(dead, alive)
