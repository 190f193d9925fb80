"""`logostream results`: the brands of a finished video, as a table or a file."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from services.cli import pictures
from services.cli.connection import Connection, connect
from services.cli.lookup import find_video
from services.cli.running import Failure, run
from services.cli.settings import CliSettings
from shared.ledger import ENDED, Video
from shared.objects import Address, ObjectMissing
from shared.settings import load


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


def results(video: Name, form: AsForm = Form.TABLE) -> None:
    """Print which brands a finished video showed, how long and how large.

    Examples: logostream results match · logostream results match --format csv > exposures.csv
    """
    body = run(_results(video, FILES[form]))
    if form is Form.TABLE:
        Console().print(pictures.brands(json.loads(body)))
    else:
        typer.echo(body.decode(), nl=False)


async def _results(name: str, file: str) -> bytes:
    async with connect(load(CliSettings)) as connection:
        return await fetch(connection, await find_video(connection.videos, name), file)


async def fetch(connection: Connection, video: Video, file: str) -> bytes:
    """One result file of a video; raises `Failure` when the video has none."""
    try:
        return await connection.objects.get(
            Address(connection.settings.results_bucket, f"results/{video.video_id}/{file}")
        )
    except ObjectMissing:
        if video.state not in ENDED:
            raise Failure(
                f"{video.video_id} is {video.state}: wait with `logostream status {video.video_id} --watch`"
            ) from None
        reason = f": {video.error}" if video.error else ""
        raise Failure(f"{video.video_id} is {video.state} and has no results{reason}") from None
