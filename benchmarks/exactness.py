"""Compare the timestamps of sampled frames with ffprobe's list of all frames: `exactness.py [--videos DIR]`.

For each video at one frame a second, and for those of up to a minute at finer intervals too: the frame on
screen at every instant, worked out from ffprobe's list by the definition in the extractor's sampling.py,
against what the extractor samples; exit code 1 if they differ.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path

from services.extractor.decoding.content import FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Damaged, Outcome, Shown
from services.extractor.decoding.probe import last_tick
from services.extractor.decoding.sampling import HALF, Clock
from services.extractor.decoding.source import OpenVideo, open_video
from services.extractor.media import BadVideo, Limits, SkippedInstant, Span

REAL_VIDEOS = Path(__file__).parents[2] / "shared" / "media" / "videos"
INTERVAL = Fraction(1)
FINE_INTERVALS = (Fraction(7, 10), Fraction(1, 24))
SHORT_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--videos", type=Path, default=REAL_VIDEOS)
    wrong = 0
    print(f"{'video':58} {'interval':>8} {'instants':>8} {'frames':>7} {'damaged':>7} {'wrong':>6}")
    for path in sorted(parser.parse_args().videos.iterdir()):
        wrong += _compare(path)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


def _compare(path: Path) -> int:
    times = _listed(path)
    try:
        instants, wrong = _differences(path, times, INTERVAL)
        fine = FINE_INTERVALS if instants <= SHORT_SECONDS else ()
        return wrong + sum(_differences(path, times, interval)[1] for interval in fine)
    except BadVideo as error:
        print(f"{path.name[:58]:58} {error}")
        return 0


def _differences(path: Path, times: Sequence[int], interval: Fraction) -> tuple[int, int]:
    """How many instants there are, and how many of them show another frame than they should."""
    with path.open("rb", buffering=0) as file:
        end = last_tick(open_video(FileView.of(file), Limits()))
        file.seek(0)
        video = open_video(FileView.of(file), Limits())
        clock = Clock(video.start, video.time_base, interval)
        span = Span(0, clock.count(end))
        outcomes = [item.made for item in sample(video, clock, span, _without_frame)]
    # Where a file gives no times but those of decoding, ffprobe guesses those of the first frames.
    known = _listed(path, "packet=pts") if video.timed_by_decoding else times
    expected = _by_definition(known, video, interval, span)
    damaged = {outcome.instant for outcome in outcomes if isinstance(outcome, Damaged)}
    found = {outcome.instant: outcome.pts for outcome in outcomes if isinstance(outcome, _Found)}
    wrong = [k for k in range(span.stop) if k not in damaged and found.get(k) != expected.get(k)]
    print(
        f"{path.name[:58]:58} {float(interval):8.3f} {span.stop:8} {len(found):7} {len(damaged):7} "
        f"{len(wrong):6} {wrong[:5] or ''}",
        flush=True,
    )
    return span.stop, len(wrong)


@dataclass(frozen=True, slots=True)
class _Found:
    instant: int
    pts: int


def _without_frame(outcome: Outcome) -> _Found | SkippedInstant:
    return _Found(outcome.instant, outcome.pts) if isinstance(outcome, Shown) else outcome


def _by_definition(times: Sequence[int], video: OpenVideo, interval: Fraction, span: Span) -> dict[int, int]:
    published: dict[int, int] = {}
    before: int | None = None
    for instant in range(span.stop):
        tick = times[0] + floor(instant * interval / video.time_base + HALF)
        on_screen = times[bisect_right(times, tick) - 1]
        if on_screen != before:
            published[instant] = before = on_screen
    return published


def _listed(path: Path, what: str = "frame=best_effort_timestamp") -> list[int]:
    """All frames' timestamps by ffprobe, ticks, in order."""
    entries = ("-select_streams", "v:0", "-show_entries", what, "-of", "csv=p=0")
    run = subprocess.run(
        ("ffprobe", "-v", "quiet", *entries, str(path)), capture_output=True, text=True, check=False
    )
    fields = (line.split(",")[0] for line in run.stdout.splitlines())
    return sorted({int(field) for field in fields if field not in ("", "N/A")})


if __name__ == "__main__":
    sys.exit(main())
