"""`logostream demo`: a video in, brand exposure out, with everything that takes place in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from services.cli.connection import Connection, connect
from services.cli.local.bringing_up import DASHBOARD, MODEL, Logos, bring_up
from services.cli.local.installation import (
    LOGS,
    local_settings,
    local_stack,
    write_environment,
)
from services.cli.local.samples import VIDEOS, sample_video
from services.cli.local.stack import Stack
from services.cli.local.telling import Telling, elsewhere
from services.cli.results.drawing import exposures
from services.cli.results.results import copy_results, fetch
from services.cli.settings import CliSettings
from services.cli.videos.drawing import pipeline
from shared.runtime.command import FAILED, run
from shared.videos import snapshot
from shared.videos.ledger import State, Video
from shared.videos.submission import Submitted, Submitter

REFRESH_SECONDS = 0.5

OwnVideos = Annotated[
    list[Path] | None, typer.Option("--video", help="A video of your own; may be given several times.")
]
Keep = Annotated[bool, typer.Option("--keep", help="Stay until Ctrl-C, to look around in the dashboard.")]
Out = Annotated[Path, typer.Option(help="Folder that the results are copied to.")]


def demo(
    video: OwnVideos = None, logos: Logos = None, out: Out = Path("results"), keep: Keep = False
) -> None:
    """Run the whole pipeline on this machine: no AWS account, no Docker.

    Makes two sample videos, or takes yours; trains the Rekognition stand-in on the logos; starts every
    service; shows the progress, here and on a page; ends with the exposure of each brand. Stops all that it
    started.

    Example: logostream demo --video match.mp4 --logos brands/
    """
    for path in video or []:
        if not path.is_file():
            raise typer.BadParameter(f"{path} does not exist or is no file: name a video file.")
    if not run(_demo(video or [], logos, out, keep)):
        raise typer.Exit(FAILED)


async def _demo(videos: Sequence[Path], logos: Path | None, out: Path, keep: bool) -> bool:
    return await Demo(local_settings(), Console(), out, keep).run(videos, logos)


class Demo:
    """One demonstration, told on a console."""

    def __init__(self, settings: CliSettings, console: Console, out: Path, keep: bool) -> None:
        self._settings = settings
        self._console = console
        self._out = out
        self._keep = keep
        self._telling = Telling(console)

    async def run(self, videos: Sequence[Path], logos: Path | None) -> bool:
        """True when every video completed."""
        async with local_stack() as embedded, Stack(LOGS) as services:
            with self._telling.ending():
                async with asyncio.TaskGroup() as side:
                    # The videos are drawn while the stack starts and the model is trained.
                    drawn = [side.create_task(sample_video(services, name)) for name in VIDEOS if not videos]
                    environment = await bring_up(embedded, services, self._settings, logos, self._telling)
                paths = [*videos, *[task.result() for task in drawn]]
                return await self._show((embedded, services), environment, paths)

    async def _show(
        self, stacks: Sequence[Stack], environment: Mapping[str, str], paths: Sequence[Path]
    ) -> bool:
        settings = self._settings.model_copy(update={"model_arn": environment[MODEL]})
        async with connect(settings) as connection:
            submitted = await self._submit(connection, paths)
            await self._watch(stacks, connection, submitted)
            all_well = await self._report(connection, submitted)
            if self._keep:
                await self._stay(stacks, environment)
            return all_well

    async def _submit(self, connection: Connection, paths: Sequence[Path]) -> list[Submitted]:
        self._telling.say(f"submitting {', '.join(path.name for path in paths)}")
        videos = await connection.queue("videos")
        submitter = Submitter(connection.objects, videos, self._settings.videos_bucket, self._settings.order)
        return await submitter.submit([str(path) for path in paths])

    async def _watch(
        self, stacks: Sequence[Stack], connection: Connection, submitted: Sequence[Submitted]
    ) -> None:
        specs = connection.settings.specs()
        with Live(console=self._console, auto_refresh=False) as live:
            while True:
                for stack in stacks:
                    await stack.tend()
                rows = await _rows(connection, submitted)
                seen = await snapshot.take(connection.videos, rows, connection.board, connection.pools, specs)
                live.update(pipeline(seen), refresh=True)
                if len(rows) == len(submitted) and seen.ended:
                    return
                await asyncio.sleep(REFRESH_SECONDS)

    async def _report(self, connection: Connection, submitted: Sequence[Submitted]) -> bool:
        rows = await _rows(connection, submitted)
        for video in rows:
            if video.state is State.FAILED:
                self._console.print(f"\n{video.source.address} FAILED: {video.error}", style="red")
                continue
            await copy_results(connection, video, self._out / video.video_id)
            summary = await fetch(connection, video, "summary.json")
            self._console.print()
            self._console.print(exposures(json.loads(summary)))
        if any(video.state is not State.FAILED for video in rows):
            self._telling.say(f"results are in {self._out.resolve()}, each with a report.html")
        return all(video.state is State.COMPLETED for video in rows)

    async def _stay(self, stacks: Sequence[Stack], environment: Mapping[str, str]) -> None:
        path = write_environment(environment)
        self._telling.say(f"in another terminal: {elsewhere(path, 'status')}")
        self._telling.say(f"the dashboard is at {environment[DASHBOARD]}  (Ctrl-C stops all)")
        while True:
            for stack in stacks:
                await stack.tend()
            await asyncio.sleep(REFRESH_SECONDS)


async def _rows(connection: Connection, submitted: Sequence[Submitted]) -> list[Video]:
    found = [await connection.videos.get(each.video_id) for each in submitted]
    return [video for video in found if video]
