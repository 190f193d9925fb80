"""`logostream results`: the brands of a finished video, as a table or a file."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.cli.connection import Connection, connect
from services.cli.results.drawing import exposures
from services.cli.results.legacy import legacy as legacy_file
from services.cli.settings import CliSettings
from services.cli.videos.lookup import find_video
from shared.config.settings import load
from shared.runtime.command import Failure, run
from shared.storage.objects import ObjectMissing
from shared.videos.announcements import RESULT_FILES, results_address
from shared.videos.ledger import ENDED, Video


class Form(StrEnum):
    """In which form results are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    DETECTIONS = "detections"


FILES = {
    Form.TABLE: "summary.json",
    Form.JSON: "summary.json",
    Form.CSV: "exposures.csv",
    Form.DETECTIONS: "detections.json",
}

Name = Annotated[str, typer.Argument(metavar="VIDEO", help="The video: its id, or the start of it.")]
AsForm = Annotated[
    Form,
    typer.Option(
        "--format", help="A table to read, the summary or every frame as JSON, the exposures as CSV."
    ),
]


Legacy = Annotated[
    bool,
    typer.Option("--legacy", help="The shape of resultados_detecciones.json, of AWS's sample notebooks."),
]
Out = Annotated[Path | None, typer.Option(help="Copy every file into this folder instead of printing one.")]


def results(video: Name, form: AsForm = Form.TABLE, legacy: Legacy = False, out: Out = None) -> None:
    """Print which brands a finished video showed, how long and how large.

    Examples: logostream results match · logostream results match --format csv > exposures.csv
    · logostream results match --out match, and open match/report.html
    """
    if out:
        typer.echo("\n".join(str(path) for path in run(_copied(video, out))))
    elif legacy:
        typer.echo(run(_legacy(video)))
    else:
        _print(run(_results(video, FILES[form])), form)


def _print(body: bytes, form: Form) -> None:
    if form is Form.TABLE:
        Console().print(exposures(json.loads(body)))
    else:
        typer.echo(body.decode(), nl=False)


async def _results(name: str, file: str) -> bytes:
    async with connect(load(CliSettings)) as connection:
        return await fetch(connection, await find_video(connection.videos, name), file)


async def _legacy(name: str) -> str:
    async with connect(load(CliSettings)) as connection:
        video = await find_video(connection.videos, name)
        document = json.loads(await fetch(connection, video, "detections.json"))
        return legacy_file(document["frames"], video.sampling.suffix)


async def _copied(name: str, out: Path) -> list[Path]:
    async with connect(load(CliSettings)) as connection:
        return await copy_results(connection, await find_video(connection.videos, name), out)


async def copy_results(connection: Connection, video: Video, out: Path) -> list[Path]:
    """Copy every result file of a video into a folder; raises `Failure` when it has none."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name in RESULT_FILES:
        body = await fetch(connection, video, name)
        (out / name).write_bytes(body)
        written.append(out / name)
    return written


async def fetch(connection: Connection, video: Video, file: str) -> bytes:
    """One result file of a video; raises `Failure` when the video has none."""
    try:
        return await connection.objects.get(
            results_address(connection.settings.results_bucket, video.video_id, file)
        )
    except ObjectMissing:
        if video.state not in ENDED:
            raise Failure(
                f"{video.video_id} is {video.state}: wait with `logostream status {video.video_id} --watch`"
            ) from None
        reason = f": {video.error}" if video.error else ""
        raise Failure(f"{video.video_id} is {video.state} and has no results{reason}") from None
