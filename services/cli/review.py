"""`logostream review export`: doubtful detections as pictures and a manifest, for people to correct."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.connection import Connection, connect
from services.cli.doubtful import Doubt, doubts
from services.cli.lookup import find_video
from services.cli.results import fetch
from services.cli.settings import CliSettings
from shared.config.settings import load
from shared.datasets.doubts import USUAL_BELOW
from shared.datasets.manifest_line import review_line
from shared.datasets.picturesize import NoPicture, size_of
from shared.runtime.command import run
from shared.storage.objects import Address, ObjectMissing
from shared.videos.ledger import Video
from shared.videos.timecode import frame_key

MANIFEST, REASONS = "review.manifest", "review.csv"

review = typer.Typer(help="Have people look at what the detectors are unsure of.", no_args_is_help=True)

Names = Annotated[list[str], typer.Argument(metavar="VIDEO…", help="Finished videos, by their ids.")]
Out = Annotated[Path, typer.Option(help="The folder to write to.")]
Below = Annotated[
    float, typer.Option(min=0, max=100, help="Confidence, in percent, below which a detection is unsure.")
]
Most = Annotated[int, typer.Option("--most", min=1, help="Most frames of each video.")]


@review.callback()
def _group() -> None:
    """Keeps `export` a word of its own, though it is the only one."""


@review.command()
def export(videos: Names, out: Out = Path("review"), below: Below = USUAL_BELOW, most: Most = 200) -> None:
    """Write unsure and contradictory detections: pictures, a Ground Truth manifest, and why as CSV.

    Correct the boxes and train again: `logostream model dataset import` reads the folder.

    Example: logostream review export match race --below 60 --out review
    """
    count = run(_export(videos, out, below, most))
    typer.echo(f"{count} frames in {out}: their boxes in {out / MANIFEST}, the reasons in {out / REASONS}")


async def _export(names: Sequence[str], out: Path, below: float, most: int) -> int:
    lines: list[dict[str, Any]] = []
    reasons: list[dict[str, str]] = []
    async with connect(load(CliSettings)) as connection:
        for name in names:
            video = await find_video(connection.videos, name)
            document = json.loads(await fetch(connection, video, "detections.json"))
            for doubt in _worst(doubts(document["frames"], below), most):
                line = await _written(connection, video, doubt, out)
                if line:
                    lines.append(line)
                    reasons += [{"picture": _key(video, doubt), "reason": why} for why in doubt.reasons]
    _write(out, lines, reasons)
    return len(lines)


def _worst(found: Sequence[Doubt], most: int) -> list[Doubt]:
    """The frames with the most reasons, in the order of time."""
    ranked = sorted(found, key=lambda doubt: (-len(doubt.reasons), doubt.timestamp_ms))[:most]
    return sorted(ranked, key=lambda doubt: doubt.timestamp_ms)


async def _written(connection: Connection, video: Video, doubt: Doubt, out: Path) -> dict[str, Any] | None:
    """Write the frame's picture; its manifest line, or None where the frame is gone."""
    address = Address(connection.settings.frames_bucket, _key(video, doubt))
    try:
        data = await connection.objects.get(address)
    except ObjectMissing:
        typer.echo(f"{address} is gone and left out", err=True)
        return None
    path = out / address.key  # where readers of manifests look for it
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    created = datetime.fromtimestamp(video.finished_at or video.created_at, UTC).isoformat(timespec="seconds")
    boxed = [{**each, **each["box"]} for each in doubt.detections if each["box"]]
    return review_line(str(address), _size(data, video), boxed, created, by_people=False)


def _key(video: Video, doubt: Doubt) -> str:
    return frame_key(video.video_id, doubt.timestamp_ms, doubt.instant, video.sampling.suffix, doubt.grid)


def _size(data: bytes, video: Video) -> tuple[int, int]:
    """Width and height of a frame, which may have been scaled to what Rekognition takes."""
    try:
        return size_of(data)
    except NoPicture:
        return video.width, video.height


def _write(out: Path, lines: Sequence[dict[str, Any]], reasons: Sequence[dict[str, str]]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / MANIFEST).open("w") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with (out / REASONS).open("w", newline="") as file:
        writer = csv.DictWriter(file, ["picture", "reason"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(reasons)
