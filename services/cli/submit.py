"""`logostream submit`: hand videos to the pipeline."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any

import typer

from services.cli.connection import connect
from services.cli.running import run
from services.cli.settings import CliSettings
from services.cli.submission import Submitted, Submitter
from shared.settings import load

Names = Annotated[
    list[str], typer.Argument(help="Video files, s3:// addresses, or s3:// prefixes ending in /.")
]
Interval = Annotated[Decimal | None, typer.Option(parser=Decimal, help="Seconds between sampled frames.")]
Format = Annotated[str | None, typer.Option("--format", help="Format of the frames: jpeg or png.")]
Quality = Annotated[int | None, typer.Option(help="JPEG quality of the frames, 1 to 100.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def submit(
    names: Names,
    interval: Interval = None,
    image_format: Format = None,
    quality: Quality = None,
    as_json: AsJson = False,
) -> None:
    """Hand videos to the pipeline and print their ids.

    The same video with the same options is one video, however often it is submitted.

    Examples: logostream submit match.mp4 · logostream submit --interval 0.5 s3://footage/2026/
    """
    given = {"interval": interval, "image_format": image_format, "jpeg_quality": quality}
    options = {name: value for name, value in given.items() if value is not None}
    submitted = run(_submit(names, options))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in submitted], indent=2))
    else:
        for each in submitted:
            typer.echo(f"{each.video_id}  {each.source}")


async def _submit(names: list[str], options: dict[str, Any]) -> list[Submitted]:
    settings = load(CliSettings, **options)
    async with connect(settings) as connection:
        videos = await connection.queue("videos")
        submitter = Submitter(connection.objects, videos, settings.videos_bucket, settings.sampling)
        return await submitter.submit(names)
