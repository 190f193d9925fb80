"""Measure extraction of one JPEG a second against `ffmpeg -vf fps=1 -q:v 2`: time, memory, on the same cores.

    python benchmarks/extraction.py [--quick] [--json FILE] [--videos DIR] [--made DIR]

Without --videos: the real videos beside the project longer than five seconds, and 1080p and 4K films with
several codecs and group lengths, made with ffmpeg into --made (kept there for the next run). Both sides write
their JPEGs to disk, in the same run, alternating; the figures are medians. Processor time is user + system of
all processes; the fork server of the extractor is running, as it is in the service.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from statistics import median
from time import monotonic, process_time
from typing import Any

from benchmarks.figures import write_figures
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, Limits, SampledFrame, Span

REAL_VIDEOS = Path(__file__).parents[2] / "shared" / "media" / "videos"
SOURCE = REAL_VIDEOS / "npm__bbb1080p.mp4"
SYNTHETIC = ("-f", "lavfi", "-i", "mandelbrot=size=1920x1080:rate=25")  # where the real source is not at hand
MIN_SECONDS = 5
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
MIN_RUN_SECONDS = 0.4  # shorter extractions are repeated within a run: the kernel counts in 10 ms

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0")
MADE = {  # name -> seconds, encoder; what MEASURED.md calls these films
    "h264_1080p_gop25.mp4": (60, (*X264, "-g", "25", "-keyint_min", "25")),
    "h264_1080p_gop50.mp4": (60, (*X264, "-g", "50", "-keyint_min", "50")),
    "h264_1080p_gop250.mp4": (120, (*X264, "-g", "250", "-keyint_min", "250")),
    "h265_1080p_gop250.mp4": (
        60,
        ("-c:v", "libx265", "-preset", "veryfast", "-x265-params", "keyint=250:scenecut=0:log-level=error"),
    ),
    "vp9_1080p.webm": (60, ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M")),
    "h264_4k_gop100.mp4": (20, ("-vf", "scale=3840:2160", *X264, "-g", "100", "-keyint_min", "100")),
}


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one extraction took."""

    cpu: float  # seconds
    wall: float  # seconds
    memory: float  # MB, peak resident
    frames: int


def main() -> None:
    options = _options()
    videos = sorted(options.videos.iterdir()) if options.videos else [*_made(options), *_real()]
    runs = 1 if options.quick else 5
    sandbox = Sandbox(Limits())
    rows: list[Row] = []
    print(f"{'video':44} {'cpu s':>15} {'ratio':>6} {'wall s':>15} {'ratio':>6} {'MB':>11} {'frames':>9}")
    for video in videos:
        rows += _compare(sandbox, video, runs)
    ratios = [row["ratio"] for row in rows if row["metric"] == "cpu"]
    if ratios:
        print(f"processor time: median ratio {median(ratios):.2f}, worst {max(ratios):.2f}")
    if options.json:
        write_figures(options.json, rows)


def _compare(sandbox: Sandbox, video: Path, runs: int) -> list[Row]:
    try:
        probe = asyncio.run(sandbox.probe(video))
    except BadVideo as error:
        print(f"{video.name[:44]:44} left out: {error}")
        return []
    count = ceil(probe.duration)
    sides = (lambda out: _ours(sandbox, video, count, out), lambda out: _ffmpeg(video, out))
    ours, reference = zip(*_measured(sides, runs), strict=True)
    rows = [_row(video, metric, unit, ours, reference) for metric, unit in UNITS.items()]
    cpu, wall, memory = rows
    print(
        f"{video.name[:44]:44} {cpu['ours']:7.2f}/{cpu['reference']:7.2f} {cpu['ratio']:6.2f} "
        f"{wall['ours']:7.2f}/{wall['reference']:7.2f} {wall['ratio']:6.2f} "
        f"{memory['ours']:5.0f}/{memory['reference']:5.0f} {ours[0].frames:4}/{reference[0].frames:4}",
        flush=True,
    )
    return rows


UNITS = {"cpu": "s", "wall": "s", "memory": "MB"}


def _row(video: Path, metric: str, unit: str, ours: tuple[Cost, ...], theirs: tuple[Cost, ...]) -> Row:
    mine = median(getattr(cost, metric) for cost in ours)
    reference = median(getattr(cost, metric) for cost in theirs)
    return {
        "case": video.name,
        "metric": metric,
        "ours": round(mine, 3),
        "reference": round(reference, 3),
        "ratio": round(mine / reference, 3),
        "unit": unit,
    }


def _measured(sides: tuple[Callable[[Path], Cost], ...], runs: int) -> Iterator[tuple[Cost, ...]]:
    """Both sides' costs, run by run, after one that warms the disk cache and tells how often to repeat."""
    warm = [_repeated(side, 1) for side in sides]
    repeats = [ceil(MIN_RUN_SECONDS / max(cost.cpu, 0.01)) for cost in warm]
    for _ in range(runs):
        yield tuple(_repeated(side, times) for side, times in zip(sides, repeats, strict=True))


def _repeated(side: Callable[[Path], Cost], times: int) -> Cost:
    costs = []
    for _ in range(times):
        out = Path(tempfile.mkdtemp(prefix="extraction-"))
        costs.append(side(out))
        shutil.rmtree(out)
    cpu, wall = (sum(getattr(cost, name) for cost in costs) / times for name in ("cpu", "wall"))
    return Cost(cpu, wall, max(cost.memory for cost in costs), costs[0].frames)


def _ours(sandbox: Sandbox, video: Path, count: int, out: Path) -> Cost:
    cpu, began = process_time() + _servers_cpu(), monotonic()
    memory, frames = asyncio.run(_extract(sandbox, video, count, out))
    wall = monotonic() - began
    return Cost(process_time() + _servers_cpu() - cpu, wall, memory, frames)


async def _extract(sandbox: Sandbox, video: Path, count: int, out: Path) -> tuple[float, int]:
    memory, frames = 0.0, 0
    try:
        async for item in sandbox.frames(video, Span(0, count), Fraction(1), Encoding("jpeg", 95)):
            memory = max([memory, *map(_peak_memory, _readers())])
            if isinstance(item, SampledFrame):
                (out / f"{item.pts_ms:010}.jpg").write_bytes(item.data)
                frames += 1
    except BadVideo as error:
        print(f"{video.name}: {error}", file=sys.stderr)
    return memory, frames


def _ffmpeg(video: Path, out: Path) -> Cost:
    began = monotonic()
    command = ("ffmpeg", "-v", "quiet", "-i", str(video), "-vf", "fps=1", "-q:v", "2", str(out / "%06d.jpg"))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = monotonic() - began
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, len(list(out.iterdir())))


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _readers() -> list[int]:
    return [reader for server in _children(os.getpid()) for reader in _children(server)]


def _servers_cpu() -> float:
    """Processor time of the fork server and of all readers it has seen end, seconds."""
    ticks = 0
    for server in _children(os.getpid()):
        fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / CLOCK_TICKS


def _peak_memory(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0
    )


def _real() -> list[Path]:
    if not REAL_VIDEOS.is_dir():
        return []
    return [video for video in sorted(REAL_VIDEOS.iterdir()) if _seconds(video) > MIN_SECONDS]


def _seconds(video: Path) -> float:
    command = ("ffprobe", "-v", "quiet", "-show_entries", "format=duration", "-of", "csv=p=0", str(video))
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return float(text) if text not in ("", "N/A") else 0.0


def _made(options: argparse.Namespace) -> list[Path]:
    options.made.mkdir(parents=True, exist_ok=True)
    for name, (seconds, encoder) in MADE.items():
        video = options.made / name
        if not video.exists():
            print(f"making {video.name} ...", flush=True)
            _make(video, 10 if options.quick else seconds, encoder)
    return [options.made / name for name in MADE]


def _make(video: Path, seconds: int, encoder: tuple[str, ...]) -> None:
    # At 25 fps, so that a group of 25 pictures begins at every instant, as it does for the figures to beat.
    source = ("-stream_loop", "-1", "-r", "25", "-i", str(SOURCE)) if SOURCE.exists() else SYNTHETIC
    partial = video.with_name(f"partial_{video.name}")
    command = ("ffmpeg", "-v", "error", "-y", *source, "-t", str(seconds), "-an", *encoder)
    subprocess.run((*command, "-pix_fmt", "yuv420p", str(partial)), check=True, stdin=subprocess.DEVNULL)
    partial.rename(video)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run instead of five, made films of 10 s")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--videos", type=Path, help="measure the videos in this directory instead")
    default = Path(tempfile.gettempdir()) / "extraction-films"
    parser.add_argument("--made", type=Path, default=default, help="where the made films are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
