"""`logostream review export`: doubtful detections as pictures and manifests, for people to correct."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.connection import Connection, connect
from services.cli.results.doubtful import Doubt, doubts
from services.cli.results.results import fetch
from services.cli.settings import CliSettings
from services.cli.videos.lookup import find_video
from shared.config.settings import load
from shared.datasets.doubts import USUAL_BELOW
from shared.datasets.manifest_line import review_line
from shared.datasets.picturesize import NoPicture, size_of
from shared.runtime.command import run
from shared.storage.objects import Address, ObjectMissing
from shared.videos.ledger import Video
from shared.videos.timecode import frame_key
from shared.wording import count

MANIFEST, REASONS = "review.manifest", "review.csv"

review = typer.Typer(help="Have people look at what the detectors are unsure of.", no_args_is_help=True)

Names = Annotated[list[str], typer.Argument(metavar="VIDEO", help="Finished videos, by their ids.")]
Out = Annotated[Path, typer.Option(help="The folder to write to, one below it for each detector.")]
Detectors = Annotated[
    list[str] | None, typer.Option("--detector", help="Only what this detector found; may be repeated.")
]
Below = Annotated[
    float, typer.Option(min=0, max=100, help="Confidence, in percent, below which a detection is unsure.")
]
Most = Annotated[int, typer.Option("--most", min=1, help="Most frames of each video and detector.")]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be looked at: of these detectors, or of all; so many frames of each video."""

    detectors: frozenset[str]
    below: float
    most: int


@dataclass(frozen=True, slots=True)
class Folder:
    """What one detector's folder is to hold, beside the pictures: its manifest's lines, and why."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)


@review.callback()
def _group() -> None:
    """Keeps `export` a word of its own, though it is the only one."""


@review.command()
def export(
    videos: Names,
    out: Out = Path("review"),
    detector: Detectors = None,
    below: Below = USUAL_BELOW,
    most: Most = 200,
) -> None:
    """Write unsure and contradictory detections: pictures, a Ground Truth manifest, and why as CSV.

    Each detector has a folder of its own, for its model to learn from. Correct the boxes and train again:
    `logostream model dataset import review/logos` reads the folder of the detector `logos`.

    Example: logostream review export match race --below 60 --detector logos
    """
    folders = run(_export(videos, out, Wish(frozenset(detector or ()), below, most)))
    for name, folder in folders.items():
        frames = count(len(folder.lines), "frame")
        typer.echo(f"{frames} in {out / name}: boxes in {MANIFEST}, reasons in {REASONS}")
    if not folders:
        typer.echo("nothing is doubtful")


async def _export(names: Sequence[str], out: Path, wish: Wish) -> dict[str, Folder]:
    """What was written, by detector."""
    folders: defaultdict[str, Folder] = defaultdict(Folder)
    async with connect(load(CliSettings)) as connection:
        for name in names:
            async for video, doubt in _doubtful(connection, name, wish):
                line = await _written(connection, video, doubt, out / doubt.detector)
                if line:
                    folders[doubt.detector].lines.append(line)
                    folders[doubt.detector].reasons.extend(_why(video, doubt))
    for detector, folder in folders.items():
        _write(out / detector, folder)
    return folders


async def _doubtful(connection: Connection, name: str, wish: Wish) -> AsyncIterator[tuple[Video, Doubt]]:
    """The doubtful frames of a video, by detector."""
    video = await find_video(connection.videos, name)
    given_to = video.options.detectors
    for stranger in wish.detectors - set(given_to):
        typer.echo(f"{name} was not given to {stranger}, but to {', '.join(given_to)}", err=True)
    frames = json.loads(await fetch(connection, video, "detections.json"))["frames"]
    found = doubts(frames, wish.below)
    for detector in sorted(wish.detectors or given_to):
        for doubt in _worst([one for one in found if one.detector == detector], wish.most):
            yield video, doubt


def _worst(found: Sequence[Doubt], most: int) -> list[Doubt]:
    """The frames with the most reasons, in the order of time."""
    ranked = sorted(found, key=lambda doubt: (-len(doubt.reasons), doubt.timestamp_ms))[:most]
    return sorted(ranked, key=lambda doubt: doubt.timestamp_ms)


def _why(video: Video, doubt: Doubt) -> list[dict[str, str]]:
    return [{"picture": _key(video, doubt), "reason": reason} for reason in doubt.reasons]


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


def _write(path: Path, folder: Folder) -> None:
    with (path / MANIFEST).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in folder.lines)
    with (path / REASONS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["picture", "reason"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(folder.reasons)
