"""`logostream demo`: a video in, brand exposure out, with everything that takes place in between."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from services.cli.connection import Connection, connect
from services.cli.local.installation import (
    LOGS,
    local_settings,
    local_stack,
    make_model,
    start_aws,
    start_dashboard,
    start_services,
    write_environment,
)
from services.cli.local.samples import VIDEOS, sample_logos, sample_video
from services.cli.local.stack import Stack
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
Logos = Annotated[
    Path | None,
    typer.Option(help="Folder with a picture or a folder per brand, or a Ground Truth manifest."),
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
        self._address = ""  # of the dashboard
        self._environment: dict[str, str] = {}  # that leads to the stack
        self._started = time.monotonic()

    async def run(self, videos: Sequence[Path], logos: Path | None) -> bool:
        """True when every video completed."""
        async with local_stack() as embedded, Stack(LOGS) as services, asyncio.TaskGroup() as side:
            # The videos are drawn while the stack starts and the model is trained.
            drawn = [side.create_task(sample_video(services, name)) for name in VIDEOS if not videos]
            model_arn = await self._bring_up(embedded, services, logos)
            paths = [*videos, *[await task for task in drawn]]
            settings = self._settings.model_copy(update={"model_arn": model_arn})
            async with connect(settings) as connection:
                submitted = await self._submit(connection, paths)
                await self._watch((embedded, services), connection, submitted)
                all_well = await self._report(connection, submitted)
                if self._keep:
                    await self._stay((embedded, services))
                return all_well

    async def _bring_up(self, embedded: Stack, services: Stack, logos: Path | None) -> str:
        self._say("starting the embedded AWS and the Rekognition stand-in")
        self._environment = await start_aws(embedded, self._settings)
        pictures = logos or await sample_logos(services)
        self._say(f"training the stand-in on the pictures in {pictures}")
        model = await make_model(services, self._settings, pictures)
        replicas = self._settings.detector_replicas * len(self._settings.detectors)
        self._say(f"starting extractor, {replicas} detectors, controller and aggregator")
        self._environment |= await start_services(services, self._settings, model)
        self._address = await start_dashboard(services, model)
        self._say(f"the dashboard is at {self._address}")
        return model.model_arn

    async def _submit(self, connection: Connection, paths: Sequence[Path]) -> list[Submitted]:
        self._say(f"submitting {', '.join(path.name for path in paths)}")
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
        self._say(f"results are in {self._out.resolve()}, each with a report.html")
        return all(video.state is State.COMPLETED for video in rows)

    async def _stay(self, stacks: Sequence[Stack]) -> None:
        path = write_environment(self._environment)
        self._say(f"in another terminal: source {path} && logostream status  (Ctrl-C stops all)")
        self._say(f"the dashboard is at {self._address}")
        while True:
            for stack in stacks:
                await stack.tend()
            await asyncio.sleep(REFRESH_SECONDS)

    def _say(self, text: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._started:5.1f} s[/dim]  {text}", highlight=False)


async def _rows(connection: Connection, submitted: Sequence[Submitted]) -> list[Video]:
    found = [await connection.videos.get(each.video_id) for each in submitted]
    return [video for video in found if video]
