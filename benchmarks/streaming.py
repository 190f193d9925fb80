"""Measure streaming from S3 against downloading first: time to the first frame, time in all, bytes read.

    python benchmarks/streaming.py [--quick] [--json FILE] [--videos DIR] [--made DIR]
                                   [--latency SECONDS] [--bandwidth BYTES]

Both sides probe the video and sample one JPEG a second of it, from the same local S3 (MiniStack), in the same
run, alternating; the figures are medians. Each answer begins after the latency and comes no faster than the
bandwidth, by default those of a connection to S3 within a region. Without --videos: a film in ten containers,
made with ffmpeg into --made (kept there for the next run). `share` is the share of the file that was read,
probing it included, when the first frame came out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from benchmarks.figures import write_figures
from services.extractor.fetching.cache import VideoCache
from services.extractor.fetching.remote import RemoteVideo
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Encoding, Limits, SampledFrame, Span
from shared.aws.clients import clients
from shared.aws.s3 import S3Objects
from shared.messaging.messages import Source
from shared.storage.objects import Address, ObjectInfo
from tests import ministack

SOURCE = Path(__file__).parents[2] / "shared" / "media" / "videos" / "npm__bbb1080p.mp4"
SYNTHETIC = ("-f", "lavfi", "-i", "mandelbrot=size=1920x1080:rate=25")  # where the real source is not at hand
SECONDS, QUICK_SECONDS = 270, 60
COPY_BYTES = 1 << 20
BUCKET = "videos"

CODEC = ("-c:v", "copy") if SOURCE.exists() else ("-c:v", "libx264", "-preset", "veryfast")
MADE = {  # name -> how ffmpeg writes the film
    "moov_last.mp4": CODEC,
    "moov_first.mp4": (*CODEC, "-movflags", "+faststart"),
    "film.mov": CODEC,
    "film.mkv": CODEC,
    "film.ts": CODEC,
    "film.avi": CODEC,
    "film.wmv": (*CODEC, "-f", "asf"),
    "film.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "5M", "-g", "250"),
    "no_index.flv": CODEC,
    "fragments.mp4": (*CODEC, "-movflags", "+frag_keyframe+empty_moov"),
}

Row = dict[str, Any]
UNITS = {"wall": "s", "first_frame": "s", "share": "of the file", "read": "times the file"}


@dataclass(frozen=True, slots=True)
class Run:
    """What one extraction took."""

    wall: float  # seconds
    first_frame: float  # seconds
    share: float  # of the file read when the first frame was out
    read: float  # times the file, in all
    frames: int


class DistantObjects(S3Objects):
    """The local S3 as far away as the real one."""

    def __init__(self, client: Any, latency: float, bandwidth: float) -> None:
        super().__init__(client)
        self._latency = latency
        self._bandwidth = bandwidth
        self.bytes_read = 0

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        due = monotonic() + self._latency + (stop - first) / self._bandwidth
        self.bytes_read += stop - first
        data = await super().read(address, info, first, stop)
        await asyncio.sleep(due - monotonic())
        return data

    async def download(self, address: Address, path: Path) -> None:
        """The other side: the whole object in one request, written as it comes."""
        due = monotonic() + self._latency
        reply = await self._client.get_object(Bucket=address.bucket, Key=address.key)
        async with reply["Body"]:
            with path.open("wb") as file:
                while piece := await reply["Body"].read(COPY_BYTES):
                    file.write(piece)
                    self.bytes_read += len(piece)
                    due += len(piece) / self._bandwidth
                    await asyncio.sleep(due - monotonic())


def main() -> None:
    options = _options()
    videos = sorted(options.videos.iterdir()) if options.videos else _made(options)
    with tempfile.TemporaryDirectory() as folder, ministack.running(Path(folder)) as address:
        os.environ.update(
            AWS_ENDPOINT_URL=address,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1",
        )
        rows = asyncio.run(_measure(videos, options, Path(folder)))
    if options.json:
        write_figures(options.json, rows)


async def _measure(videos: list[Path], options: argparse.Namespace, folder: Path) -> list[Row]:
    rows: list[Row] = []
    sandbox = Sandbox(Limits())
    print(
        f"{'video':22} {'MB':>5} {'first frame s':>14} {'wall s':>14} {'ratio':>6} {'share':>7} {'read':>6}"
    )
    async with clients() as aws:
        await aws.s3.create_bucket(Bucket=BUCKET)
        store = DistantObjects(aws.s3, options.latency, options.bandwidth)
        for video in videos:
            address = Address(BUCKET, video.name)
            await store.upload(video, address)
            rows += await _compare(sandbox, store, address, folder, 1 if options.quick else 5)
    return rows


async def _compare(
    sandbox: Sandbox, store: DistantObjects, address: Address, folder: Path, runs: int
) -> list[Row]:
    size = (await store.stat(address)).size
    rounds = []
    for _ in range(runs + 1):
        streamed = await _timed(sandbox, store, size, _streamed(store, address, folder))
        downloaded = await _timed(sandbox, store, size, _downloaded(store, address, folder))
        rounds.append((streamed, downloaded))
    ours, theirs = zip(*rounds[1:], strict=True)  # the first round starts the fork server and fills caches
    if {run.frames for run in ours} != {run.frames for run in theirs}:
        raise SystemExit(f"{address.key}: streaming gave other frames than the file")
    rows = [_row(address.key, metric, unit, ours, theirs) for metric, unit in UNITS.items()]
    wall, first, share, read = rows
    print(
        f"{address.key:22} {size / 1e6:5.0f} {first['ours']:6.2f}/{first['reference']:6.2f}  "
        f"{wall['ours']:6.2f}/{wall['reference']:6.2f} {wall['ratio']:6.2f} {share['ours']:7.2%} "
        f"{read['ours']:6.2f}",
        flush=True,
    )
    return rows


def _row(case: str, metric: str, unit: str, ours: tuple[Run, ...], theirs: tuple[Run, ...]) -> Row:
    mine = median(getattr(run, metric) for run in ours)
    reference = median(getattr(run, metric) for run in theirs)
    return {
        "case": case,
        "metric": metric,
        "ours": round(mine, 4),
        "reference": round(reference, 4),
        "ratio": round(mine / reference, 3),
        "unit": unit,
    }


@asynccontextmanager
async def _streamed(store: DistantObjects, address: Address, folder: Path) -> AsyncIterator[RemoteVideo]:
    info = await store.stat(address)
    source = Source(bucket=address.bucket, key=address.key, version=info.version)
    yield await VideoCache(store, folder / "work", kept=1).find(source)


@asynccontextmanager
async def _downloaded(store: DistantObjects, address: Address, folder: Path) -> AsyncIterator[Path]:
    path = folder / "download"
    await store.download(address, path)
    yield path
    path.unlink()


async def _timed(
    sandbox: Sandbox,
    store: DistantObjects,
    size: int,
    opened: AbstractAsyncContextManager[Path | RemoteVideo],
) -> Run:
    began, before, times, shares = monotonic(), store.bytes_read, [], []
    async with opened as video:
        span = Span(0, ceil((await sandbox.probe(video)).duration))
        async with aclosing(sandbox.frames(video, span, Fraction(1), Encoding("jpeg", 95))) as frames:
            async for item in frames:
                if isinstance(item, SampledFrame):
                    times.append(monotonic() - began)
                    shares.append((store.bytes_read - before) / size)
    return Run(monotonic() - began, times[0], shares[0], (store.bytes_read - before) / size, len(times))


def _made(options: argparse.Namespace) -> list[Path]:
    options.made.mkdir(parents=True, exist_ok=True)
    seconds = QUICK_SECONDS if options.quick else SECONDS
    for name, written in MADE.items():
        video = options.made / f"{seconds}s_{name}"
        if not video.exists():
            print(f"making {video.name} ...", flush=True)
            _make(video, seconds, written)
    return [options.made / f"{seconds}s_{name}" for name in MADE]


def _make(video: Path, seconds: int, written: tuple[str, ...]) -> None:
    source = ("-stream_loop", "-1", "-i", str(SOURCE)) if SOURCE.exists() else SYNTHETIC
    partial = video.with_name(f"partial_{video.name}")
    command = ("ffmpeg", "-v", "error", "-y", *source, "-t", str(seconds), "-an", *written, str(partial))
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    partial.rename(video)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run instead of five, made films of 60 s")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--videos", type=Path, help="measure the videos in this directory instead")
    default = Path(tempfile.gettempdir()) / "streaming-films"
    parser.add_argument("--made", type=Path, default=default, help="where the made films are kept")
    parser.add_argument("--latency", type=float, default=0.03, help="seconds before each answer of S3")
    parser.add_argument("--bandwidth", type=float, default=85e6, help="bytes per second of each answer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
