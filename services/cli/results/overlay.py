"""`logostream overlay`: the video with its boxes drawn, at full rate.

The extractor's command samples every frame, in its sandbox and a minute at a time; the aggregator's overlay
draws and encodes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.connection import connect
from services.cli.results.results import fetch
from services.cli.settings import CliSettings
from services.cli.videos.lookup import find_video
from shared.config.settings import load
from shared.runtime.command import Failure, run
from shared.videos.ledger import Video

PART_SECONDS = 30  # frames on disk at a time
USUAL_RATE = 25.0
FASTEST_RATE = 240.0

Name = Annotated[str, typer.Argument(metavar="VIDEO", help="A finished video: its id, or the start of it.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The video to write, as MP4.")]
Local = Annotated[
    Path | None, typer.Option("--video", help="The video's file, where it need not be read from S3.")
]
Since = Annotated[float, typer.Option("--from", min=0, help="Second to begin at.")]
To = Annotated[float | None, typer.Option("--to", min=0, help="Second to end at.")]


def overlay(
    video: Name, out: Out = Path("overlay.mp4"), local: Local = None, since: Since = 0.0, to: To = None
) -> None:
    """Write the video with boxes, brands and confidence drawn on every frame; without its sound.

    Between samples the boxes are interpolated; a thin box is a logo that a sample missed.

    Example: logostream overlay match -o match-logos.mp4 --from 60 --to 90
    """
    if local and not local.is_file():
        raise typer.BadParameter(f"{local} does not exist or is no file: name the video's file.")
    if out.is_dir() or not out.parent.is_dir():
        raise typer.BadParameter(f"{out} cannot be written: name a file in a folder that is there.")
    run(_overlay(video, out, local, since, to))
    typer.echo(f"{out} shows what was found")


async def _overlay(name: str, out: Path, local: Path | None, since: float, to: float | None) -> None:
    async with connect(load(CliSettings)) as connection:
        video = await find_video(connection.videos, name)
        with tempfile.TemporaryDirectory(prefix="logostream-overlay-") as folder:
            results = Path(folder)
            for file in ("detections.json", "summary.json"):
                (results / file).write_bytes(await fetch(connection, video, file))
            end = min(video.duration_ms / 1000, math.inf if to is None else to)
            if since >= end:
                raise Failure(f"{video.video_id} lasts {video.duration_ms / 1000:g} s: begin before its end")
            source = str(local) if local else video.source.address
            await _drawn(video, source, results, out, (since, end))


async def _drawn(video: Video, source: str, results: Path, out: Path, span: tuple[float, float]) -> None:
    rate = _rate(video)
    command = ["--results", str(results), "--out", str(out), "--rate", str(round(rate))]
    async with _started("services.aggregator.overlay", command) as drawing:
        assert drawing.stdin
        with contextlib.suppress(ConnectionError):  # it has ended before its time: how, is told below
            await _feed(drawing.stdin, source, results / "frames", rate, span)
        drawing.stdin.close()
        await _ended(drawing, "drawing the boxes")


async def _feed(
    drawing: asyncio.StreamWriter, source: str, folder: Path, rate: float, span: tuple[float, float]
) -> None:
    with _progress() as progress:
        bar = progress.add_task("drawing", total=span[1] - span[0])
        at = span[0]
        while at < span[1]:
            stop = min(at + PART_SECONDS, span[1])
            for frame in await _frames(source, folder, rate, (at, stop)):
                drawing.write((json.dumps(frame) + "\n").encode())
                await drawing.drain()
            progress.update(bar, advance=stop - at)
            at = stop


async def _frames(source: str, folder: Path, rate: float, span: tuple[float, float]) -> list[dict[str, Any]]:
    """Every frame of a part of the video, as pictures in a folder."""
    every = math.floor(1000 / rate) / 1000  # so that no frame is missed: each is written but once
    part = ["--from", f"{span[0]:.3f}", "--to", f"{span[1]:.3f}", "--out", str(folder)]
    command = [source, "--every", f"{every:.3f}", "--no-screening", "--quality", "90", "--json", *part]
    async with _started("services.extractor.command", command) as extraction:
        assert extraction.stdout
        told = await extraction.stdout.read()
        await _ended(extraction, "reading the video")
    frames: list[dict[str, Any]] = json.loads(told)["frames"]
    return frames


@asynccontextmanager
async def _started(module: str, command: list[str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *command, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ended(process: Process, what: str) -> None:
    if await process.wait():
        raise Failure(f"{what} failed with exit code {process.returncode}: it said why above")


def _rate(video: Video) -> float:
    claimed = float(video.frame_rate) if video.frame_rate else USUAL_RATE
    return claimed if 1 <= claimed <= FASTEST_RATE else USUAL_RATE


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
