"""`logostream submit`: hand videos to the pipeline."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.cli.connection import Connection, connect
from services.cli.settings import CliSettings
from shared.config.routes import BadOption, Order, Overrides, overrides
from shared.config.settings import load
from shared.runtime.command import run
from shared.videos.ledger import ENDED, State
from shared.videos.submission import Submitted, Submitter

Names = Annotated[
    list[str],
    typer.Argument(metavar="VIDEO", help="Video files, s3:// addresses, or s3:// prefixes ending in /."),
]
Interval = Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds between sampled frames.")]
Format = Annotated[str | None, typer.Option("--format", help="Format of the frames: jpeg or png.")]
Quality = Annotated[int | None, typer.Option(help="JPEG quality of the frames, 1 to 100.")]
Deinterlace = Annotated[bool | None, typer.Option(help="Show one field of interlaced frames, without combs.")]
Square = Annotated[
    bool | None, typer.Option(help="Stretch anamorphic frames to the shape they are shown in.")
]
Dedup = Annotated[bool | None, typer.Option(help="Examine near-duplicate frames but once.")]
Detectors = Annotated[
    list[str] | None,
    typer.Option("--detector", help="Examine with this detector; may be given several times."),
]
Labels = Annotated[
    list[str] | None, typer.Option("--label", help="Report this brand only; may be given several times.")
]
Edges = Annotated[
    float | None,
    typer.Option(
        "--edge-precision", help="Find edges of exposures to these seconds, in the video and by extra frames."
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Examine anew what was examined before.")]
Deadline = Annotated[float | None, typer.Option(help="Seconds from now until the video should be done.")]
Urgency = Annotated[
    str | None,
    typer.Option("--priority", help="low, normal or high: six times, once, or half of the deadline."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def submit(
    names: Names,
    interval: Interval = None,
    image_format: Format = None,
    quality: Quality = None,
    deinterlace: Deinterlace = None,
    square_pixels: Square = None,
    dedup: Dedup = None,
    detector: Detectors = None,
    label: Labels = None,
    edge_precision: Edges = None,
    deadline: Deadline = None,
    again: Again = False,
    priority: Urgency = None,
    as_json: AsJson = False,
) -> None:
    """Hand videos to the pipeline and print their ids.

    The same video with the same options is one video, however often it is submitted, unless --again asks for
    another run. Options given here come before those of LOGOSTREAM_ROUTES, and these before other settings.

    Examples: logostream submit match.mp4 · logostream submit --interval 0.5 s3://footage/2026/
    """
    given = _given(
        interval=interval,
        image_format=image_format,
        quality=quality,
        deinterlace=deinterlace,
        square_pixels=square_pixels,
        dedup=dedup,
        detectors=detector,
        labels=label,
        edge_precision=edge_precision,
        deadline_seconds=deadline,
        priority=priority,
    )
    submitted, ended = run(_submit(names, given, again))
    typer.echo(_json(submitted) if as_json else _lines(submitted, ended))


def _given(**options: Any) -> Overrides:
    """The options that were given; a wrong one is a mistake in usage."""
    try:
        return overrides(**options)
    except BadOption as error:
        raise typer.BadParameter(str(error)) from None


async def _submit(
    names: list[str], given: Overrides, again: bool
) -> tuple[list[Submitted], dict[str, State]]:
    settings = load(CliSettings)
    if unknown := set(given.detectors or ()) - set(settings.detector_names):
        known = ", ".join(settings.detector_names)
        raise typer.BadParameter(f"no detector is named {min(unknown)}: name one of {known}.")
    async with connect(settings) as connection:
        videos = await connection.queue("videos")
        order = _orders(settings, given, run_name=uuid.uuid4().hex if again else "")
        submitter = Submitter(connection.objects, videos, settings.videos_bucket, order)
        submitted = await submitter.submit(names)
        return submitted, await _ended(connection, submitted)


def _orders(settings: CliSettings, given: Overrides, run_name: str) -> Callable[[str, str], Order]:
    def order(bucket: str, key: str) -> Order:
        usual = settings.order(bucket, key, given)
        return usual.model_copy(update={"options": usual.options.model_copy(update={"run": run_name})})

    return order


async def _ended(connection: Connection, submitted: list[Submitted]) -> dict[str, State]:
    """The states of those that have ended, which they did before they were submitted."""
    videos = [await connection.videos.get(each.video_id) for each in submitted]
    return {video.video_id: video.state for video in videos if video and video.state in ENDED}


def _json(submitted: list[Submitted]) -> str:
    return json.dumps([asdict(each) for each in submitted], indent=2)


def _lines(submitted: list[Submitted], ended: dict[str, State]) -> str:
    return "\n".join(f"{each.video_id}  {each.source}{_hint(ended.get(each.video_id))}" for each in submitted)


def _hint(ended: State | None) -> str:
    return f"  ({ended} before: --again examines it anew)" if ended else ""
