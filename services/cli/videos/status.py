"""`logostream status`: how far the videos are, what waits in the queues, and what the detectors do."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live

from services.cli.connection import Connection, connect
from services.cli.settings import CliSettings
from services.cli.videos import drawing
from services.cli.videos.lookup import find_video
from shared.config.settings import load
from shared.messaging.queue import Depth
from shared.runtime.command import run
from shared.videos import snapshot
from shared.videos.ledger import ANY_STATE
from shared.videos.snapshot import Snapshot

REFRESH_SECONDS = 1.0

Name = Annotated[str | None, typer.Argument(metavar="VIDEO", help="One video: its id, or the start of it.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="Keep the picture up to date until all videos have ended.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def status(video: Name = None, watch: Watch = False, as_json: AsJson = False) -> None:
    """Show how far the videos are, what waits in the queues, and what the detectors and their models do.

    Examples: logostream status · logostream status match --watch · logostream status --json
    """
    run(_status(video, watch, as_json))


async def _status(name: str | None, watch: bool, as_json: bool) -> None:
    async with connect(load(CliSettings)) as connection:
        if as_json:
            typer.echo(json.dumps(snapshot.as_json(*await _look(connection, name)), indent=2))
        elif watch:
            await _watch(connection, name)
        else:
            Console().print(_picture(*await _look(connection, name)))


async def _watch(connection: Connection, name: str | None) -> None:
    with Live(auto_refresh=False) as live:
        while True:
            seen, depths = await _look(connection, name)
            live.update(_picture(seen, depths), refresh=True)
            if seen.ended:
                return
            await asyncio.sleep(REFRESH_SECONDS)


async def _look(connection: Connection, name: str | None) -> tuple[Snapshot, dict[str, Depth]]:
    videos = connection.videos
    which = [await find_video(videos, name)] if name else await videos.in_states(ANY_STATE)
    specs = connection.settings.specs()
    seen = await snapshot.take(videos, which, connection.board, connection.pools, specs)
    return seen, await connection.depths()


def _picture(seen: Snapshot, depths: dict[str, Depth]) -> RenderableType:
    return Group(drawing.pipeline(seen), "", drawing.queues(depths))
