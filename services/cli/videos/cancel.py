"""`logostream cancel`: stop working on a video."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.connection import connect
from services.cli.settings import CliSettings
from services.cli.videos.lookup import find_video
from shared.config.settings import load
from shared.runtime.command import Failure, run
from shared.videos.ledger import ACTIVE, State

Name = Annotated[str, typer.Argument(metavar="VIDEO", help="The video: its id, or the start of it.")]


def cancel(video: Name) -> None:
    """Stop working on a video; its waiting frames are dropped, not examined.

    Example: logostream cancel match
    """
    typer.echo(f"{run(_cancel(video))} is cancelled")


async def _cancel(name: str) -> str:
    async with connect(load(CliSettings)) as connection:
        video = await find_video(connection.videos, name)
        if not await connection.videos.move(video.video_id, State.CANCELLED, ACTIVE, "cancelled by hand"):
            raise Failure(f"{video.video_id} has ended already and cannot be cancelled")
        return video.video_id
