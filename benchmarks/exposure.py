"""Measure how much nearer the truth extra frames bring screen time, and what they cost.

    python benchmarks/exposure.py [--clips DIR …] [--precision S] [--budget SHARE] [--json FILE]

Every clip is a file X.mp4 with its truth in X.gt.json: frames, each a list of logos with `label` and `box`
(pixels) and the share that is to be seen, `vis` or `visible`; distractors are left out. The detector is the
truth itself, so that nothing but sampling is measured: once a second, then with extra frames. Without --clips
the made samples are used. The error of an exposure is that of its seconds on screen.

The clips show many brands in few seconds, an edge every two calls. So an hour is added in which edges are as
rare as in a broadcast: a brand every minute, for five to twenty seconds, made up from a seed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from statistics import mean
from typing import Any

from services.aggregator.cells import Timeline
from services.aggregator.exposure import Exposure, analyse
from services.aggregator.refinement import next_chunk
from services.aggregator.sightings import Box, Sample, Sighting
from services.samples.making import make_samples
from shared.analysis import Analysis
from shared.ledger import Chunk, Counts, State, Video
from shared.messages import Source
from shared.options import Options, Sampling

STEP = Fraction(1)
CLEAR_SHARE = 0.6  # of a made logo that must be seen for its exposure to count, as in services/samples
CLEAR_HEIGHT = 0.07  # of the frame's height

Row = dict[str, Any]


def main() -> None:
    options = _options()
    clips = [clip for folder in options.clips or [_samples()] for clip in _clips(folder)]
    analysis = Analysis(
        gap=0.0, edge_precision=options.precision, edge_budget=options.budget, shortest=0.0, median=0.0
    )
    outcomes = [_measured(clip, analysis) for clip in clips]
    rows = [row for clip, outcome in zip(clips, outcomes, strict=True) for row in _rows(clip.name, [outcome])]
    rows += _rows("all clips", outcomes)
    rows += _rows("made-up hour", [_measured(_hour(), analysis)])
    print(f"{'case':12} {'metric':34} {'refined':>9} {'1 fps':>9} {'ratio':>7}")
    for row in rows:
        figures = f"{row['ours']:9.3f} {row['reference']:9.3f} {row['ratio']:7.2f}"
        print(f"{row['case']:12} {row['metric']:34} {figures}")
    if options.json:
        options.json.write_text(json.dumps({"machine": _machine(), "rows": rows}, indent=1))


# --- the truth


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip's truth: what each of its frames shows."""

    name: str
    rate: Fraction
    frames: tuple[tuple[Sighting, ...], ...]

    @property
    def duration(self) -> Fraction:
        return len(self.frames) / self.rate

    def at(self, moment: Fraction) -> tuple[Sighting, ...]:
        """What is on screen at a moment, in seconds."""
        return self.frames[min(len(self.frames) - 1, floor(moment * self.rate))]

    def spans(self, brand: str) -> list[tuple[Fraction, Fraction]]:
        """From when to when a brand is on screen."""
        shown = [any(each.brand == brand for each in frame) for frame in self.frames]
        edges = [n for n, (a, b) in enumerate(zip([False, *shown], [*shown, False], strict=True)) if a != b]
        return [(a / self.rate, b / self.rate) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    @property
    def brands(self) -> set[str]:
        return {each.brand for frame in self.frames for each in frame}


def _hour() -> Clip:
    chance, rate, brand = random.Random(6), 25, Sighting("brand", Box(0.1, 0.1, 0.2, 0.1), 90.0)
    frames: list[tuple[Sighting, ...]] = [()] * (3600 * rate)
    for minute in range(60):
        start = 60 * minute + chance.uniform(1, 35)
        first, stop = int(start * rate), int((start + chance.uniform(5, 20)) * rate)
        frames[first:stop] = [(brand,)] * (stop - first)
    return Clip("made-up hour", Fraction(rate), tuple(frames))


def _clips(folder: Path) -> list[Clip]:
    return [
        _clip(path, json.loads(path.with_suffix(".gt.json").read_text()))
        for path in sorted(folder.glob("*.mp4"))
        if path.with_suffix(".gt.json").is_file()
    ]


def _clip(path: Path, truth: dict[str, Any]) -> Clip:
    width, height = truth["size"]
    clear: Callable[[dict[str, Any]], bool] = _clear if "exposures" in truth else lambda _: True
    frames = tuple(
        tuple(_sighting(logo, width, height) for logo in frame if not logo.get("distractor") and clear(logo))
        for frame in truth["frames"]
    )
    return Clip(path.stem, Fraction(truth["fps"]), frames)


def _clear(logo: dict[str, Any]) -> bool:
    return bool(logo["visible"] >= CLEAR_SHARE and (logo["box"][3] - logo["box"][1]) / 720 >= CLEAR_HEIGHT)


def _sighting(logo: dict[str, Any], width: int, height: int) -> Sighting:
    left, top, right, bottom = logo["box"]
    box = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return Sighting(logo["label"], box, 90.0)


# --- measuring


@dataclass(frozen=True, slots=True)
class Outcome:
    """Errors of the seconds of each exposure, coarse and refined, and the calls both took."""

    coarse: tuple[float, ...]
    refined: tuple[float, ...]
    calls: int
    extra: int


def _measured(clip: Clip, analysis: Analysis) -> Outcome:
    samples = [Sample(k * STEP, clip.at(k * STEP)) for k in range(-(-clip.duration // STEP))]
    coarse = _errors(clip, analyse(samples, Timeline(STEP, clip.duration), analysis).exposures)
    chunks = [Chunk(0, len(samples), counts=Counts(published=len(samples)))]
    while True:
        scene = analyse(samples, Timeline(STEP, clip.duration), analysis)
        more = next_chunk(_video(clip, analysis, len(chunks)), chunks, [(samples, scene)])
        if more is None:
            refined = _errors(clip, scene.exposures)
            calls = len(samples) - sum(chunk.instants for chunk in chunks[1:])
            return Outcome(coarse, refined, calls, len(samples) - calls)
        chunks.append(replace(more, counts=Counts(published=more.instants)))
        moments = [Fraction(instant, more.grid) * STEP for instant in more.wanted]
        samples = sorted(
            [*samples, *[Sample(at, clip.at(at)) for at in moments]], key=lambda sample: sample.at
        )


def _errors(clip: Clip, found: Sequence[Exposure]) -> tuple[float, ...]:
    """The error of each true exposure that was sampled: the seconds found of it, less its own."""
    errors = []
    for brand in sorted(clip.brands):
        own = [each for each in found if each.brand == brand]
        for start, end in clip.spans(brand):
            over = [each for each in own if each.start < end and start < each.end]
            if over:
                errors.append(abs(float(sum(each.seconds for each in over) - (end - start))))
    return tuple(errors)


def _video(clip: Clip, analysis: Analysis, chunks: int) -> Video:
    return Video(
        video_id=clip.name,
        source=Source(bucket="videos", key=f"{clip.name}.mp4", version="1"),
        options=Options(sampling=Sampling(interval=Decimal(1)), analysis=analysis),
        state=State.DETECTING,
        created_at=0.0,
        deadline_at=0.0,
        chunks=chunks,
    )


# --- telling


def _rows(case: str, outcomes: Iterable[Outcome]) -> list[Row]:
    every = list(outcomes)
    coarse = mean(error for outcome in every for error in outcome.coarse)
    refined = mean(error for outcome in every for error in outcome.refined)
    calls = sum(outcome.calls for outcome in every)
    extra = sum(outcome.extra for outcome in every)
    return [
        _row(case, "screen-time error per exposure", refined, coarse, "s"),
        _row(case, "calls", calls + extra, calls, "calls"),
    ]


def _row(case: str, metric: str, ours: float, reference: float, unit: str) -> Row:
    ratio = ours / reference if reference else 1.0
    return {
        "case": case,
        "metric": metric,
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
        "unit": unit,
    }


def _samples() -> Path:
    folder = Path(tempfile.gettempdir()) / "exposure-samples"
    make_samples(folder)
    return folder


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=Path, action="append", help="a folder of clips and their truth")
    parser.add_argument("--precision", type=float, default=0.1, help="seconds to which edges are to be found")
    parser.add_argument("--budget", type=float, default=0.25, help="extra calls at most, for each call")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
