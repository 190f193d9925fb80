"""The command behind `logostream extract`: one video's frames into a folder, local or from S3."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.extractor.extraction import SHEET, Extraction, NothingToExtract, Part, Report
from services.extractor.fetching.remote import AnyVideo, RemoteVideo
from services.extractor.media import BadVideo
from shared.aws.clients import clients
from shared.aws.cures import with_cure
from shared.aws.s3 import S3Objects
from shared.config.options import Sampling
from shared.config.routes import BadOption, Overrides, overrides
from shared.config.settings import BadSettings, ProcessingSettings, load
from shared.runtime.service import BAD_SETTINGS
from shared.storage.objects import Address, ObjectError
from shared.videos.timecode import seconds_of

FAILED = 1
S3 = "s3://"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")


def _time(text: str) -> Fraction:
    try:
        return seconds_of(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no time: write 90, 1:30 or 00:01:30.5.") from None


Video = Annotated[str, typer.Argument(metavar="VIDEO", help="A video file, or its s3:// address.")]
Every = Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds between sampled frames.")]
Out = Annotated[Path, typer.Option(help="The folder to put the frames in.")]
Since = Annotated[Fraction | None, typer.Option("--from", parser=_time, help="Where to begin: 90 or 1:30.")]
To = Annotated[Fraction | None, typer.Option("--to", parser=_time, help="Where to end: 120 or 2:00.")]
Format = Annotated[str | None, typer.Option("--format", help="jpeg or png.")]
Quality = Annotated[int | None, typer.Option(help="JPEG quality, 1 to 100.")]
Deinterlace = Annotated[bool | None, typer.Option(help="Show one field of interlaced frames, without combs.")]
Square = Annotated[
    bool | None, typer.Option(help="Stretch anamorphic frames to the shape they are shown in.")
]
Screened = Annotated[
    bool, typer.Option("--screening/--no-screening", help="Leave out dark, bright, flat and blurred frames.")
]
Dedup = Annotated[bool | None, typer.Option(help="Leave out near-duplicates.")]
Sheet = Annotated[bool, typer.Option("--contact-sheet", help=f"Draw every frame and its fate into {SHEET}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command(name="logostream extract")
def extract(
    video: Video,
    every: Every = None,
    out: Out = Path("frames"),
    since: Since = None,
    to: To = None,
    image_format: Format = None,
    quality: Quality = None,
    deinterlace: Deinterlace = None,
    square_pixels: Square = None,
    screening: Screened = True,
    dedup: Dedup = None,
    with_sheet: Sheet = False,
    as_json: AsJson = False,
) -> None:
    """Write the frames on screen every so many seconds, each named after its exact time.

    Local files need no AWS. What is not said here is taken from LOGOSTREAM_* settings, as the pipeline does.

    Examples: logostream extract match.mp4 --every 0.5 --from 12:00 --to 13:30
    · logostream extract s3://footage/match.mp4 --dedup --contact-sheet --json
    """
    try:
        given = overrides(
            interval=every,
            image_format=image_format,
            quality=quality,
            deinterlace=deinterlace,
            square_pixels=square_pixels,
            dedup=dedup,
        )
    except BadOption as error:
        raise typer.BadParameter(str(error)) from None
    sampling = _sampling(video, given)
    extraction = Extraction(sampling, sampling.screening if screening else None, out, with_sheet)
    report = _carried_out(extraction, video, Part(since or Fraction(0), to))
    typer.echo(json.dumps(_json(report), indent=2) if as_json else _sentence(report, out, with_sheet))
    if report.damage:
        _fail("; ".join(report.damage))


def _sampling(video: str, given: Overrides) -> Sampling:
    """How the pipeline would sample this video, but for what is given; a local file lies in no bucket."""
    address = _address(video) if video.startswith(S3) else Address("", "")
    try:
        return load(ProcessingSettings).order(address.bucket, address.key, given).options.sampling
    except BadSettings as error:
        typer.echo("\n".join(error.sentences), err=True)
        raise typer.Exit(BAD_SETTINGS) from None


def _address(video: str) -> Address:
    bucket, _, key = video.removeprefix(S3).partition("/")
    if not bucket or not key:
        raise typer.BadParameter(f"{video} names no object: write s3://bucket/key.")
    return Address(bucket, key)


def _carried_out(extraction: Extraction, video: str, part: Part) -> Report:
    try:
        return asyncio.run(_extract(extraction, video, part))
    except (BadVideo, NothingToExtract) as error:
        _fail(f"{video}: {error}")
    except ObjectError as error:
        _fail(with_cure(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}: choose another --out, or another file")


def _fail(sentence: str) -> NoReturn:
    typer.echo(f"logostream: {sentence}", err=True)
    raise typer.Exit(FAILED)


async def _extract(extraction: Extraction, video: str, part: Part) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("probing", total=None)
        async with _at_hand(video) as found:
            return await extraction.run(
                found,
                part,
                began=lambda instants: progress.update(bar, description="sampling", total=instants),
                advanced=lambda: progress.advance(bar),
            )


@asynccontextmanager
async def _at_hand(video: str) -> AsyncIterator[AnyVideo]:
    if not video.startswith(S3):
        if not Path(video).is_file():
            raise NothingToExtract("there is no such file: name a video file or an s3:// address")
        yield Path(video)
        return
    async with clients() as aws:
        objects, address = S3Objects(aws.s3), _address(video)
        yield RemoteVideo(objects, address, await objects.stat(address), Path(tempfile.gettempdir()))


def _sentence(report: Report, out: Path, with_sheet: bool) -> str:
    probe = report.probe
    lines = [
        f"{probe.container} · {probe.codec} · {probe.width} × {probe.height} · {float(probe.duration):.1f} s",
        f"{len(report.frames)} frames in {out}" + (f", all of them on {out / SHEET}" if with_sheet else ""),
    ]
    return "\n".join([*lines, *[f"{count} left out: {why}" for why, count in report.skipped.items()]])


def _json(report: Report) -> dict[str, Any]:
    probe = report.probe
    return {
        "video": {
            "container": probe.container,
            "codec": probe.codec,
            "width": probe.width,
            "height": probe.height,
            "duration_s": float(probe.duration),
            "time_base": str(probe.time_base),
            "rotation": probe.rotation,
        },
        "frames": report.frames,
        "rejected": report.rejected,
        "skipped": report.skipped,
        "damage": report.damage,
    }
