"""Measure how much nearer the truth extra frames bring screen time, and what they cost.

    python -m benchmarks.exposure [--quick] [--clips DIR …] [--precision S] [--budget SHARE …]
                                  [--train MANIFEST --images DIR [--model FILE]] [--json FILE]

A clip is X.gt.json, its truth, and X.mp4, its film, without which no edge is followed and no real detector
can look. The truth has frames, each a list of logos with `label` and `box` (pixels) and the share that is to
be seen, `vis` or `visible`. On screen is what shows at least half of itself and is at least 3 % of the frame
high; distractors are left out. Without --clips the made samples are used. Three kinds of material:

- clips, looked at by the truth itself, so that nothing but sampling is measured: refined by extra frames
  only, and those with a film as the services do it, where edges are followed in the film first;
- hours made up from a seed, in which edges are as rare as in a broadcast, likewise;
- with --train, the clips looked at by the local recognizer, trained on that manifest.

The error is that of an exposure's seconds on screen, on average over all true exposures, and over those of a
second or more, which a frame a second can hardly miss; one that no sample shows is off by all of its seconds.
A clip is short and its edges few, so it is measured from each frame of its first second on, as if it began
there. The reference is one frame a second.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.edges.clips import Clip, clips, hour
from benchmarks.edges.detectors import Detect, recognizer, truth
from benchmarks.edges.following import Follow, in_film, nowhere
from benchmarks.edges.measuring import Outcome, at_best, run
from benchmarks.figures import write_figures
from services.samples.making import make_samples
from shared.config.analysis import Analysis

SECOND = Fraction(1)
BUDGETS = (0.25, 0.5, 1.0)
EVERY = (60, 30, 15, 10)  # seconds in which a brand is shown once, in the made-up hours
HOURS = 5
SPARSE = Fraction(2)  # seconds between coarse samples, where extra frames make up for them
APART = 5  # frames between the first frames of runs, where looking at a frame takes long

EVERY_SIGHTING = Analysis(gap=0.0, shortest=0.0, median=0.0)  # the truth misses nothing and invents nothing

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """What is sampled, how, and who looks at it."""

    name: str
    material: tuple[Clip, ...]
    budget: float
    step: Fraction = SECOND
    detect: Detect = truth
    follow: Follow = nowhere
    analysis: Analysis = EVERY_SIGHTING


def main() -> None:
    options = _options()
    rows: list[Row] = []
    print(f"{'case':44} {'metric':30} {'refined':>9} {'1 fps':>9} {'ratio':>7}")
    for case in _cases(options):
        for row in _rows(case, options.precision):
            print(f"{row['case']:44} {row['metric']:30} {row['ours']:9.3f}{_beside(row)}", flush=True)
            rows.append(row)
    if options.json:
        write_figures(options.json, rows)


def _cases(options: argparse.Namespace) -> Iterator[Case]:
    found = [clip for folder in options.clips or [_samples()] for clip in clips(folder)]
    begun = _begun(found, APART if options.quick else 1)
    for budget in options.budget or BUDGETS:
        yield Case(f"{len(found)} clips, frames only, budget {budget:.0%}", begun, budget)
    filmed = [clip for clip in found if clip.video]
    begun = _begun(filmed, APART)
    for budget in [0.0, *(options.budget or BUDGETS)]:
        yield Case(f"{len(filmed)} clips, followed, budget {budget:.0%}", begun, budget, follow=in_film)
    for clip in filmed:
        yield Case(f"{clip.name}, followed, budget 25%", _begun([clip], APART), 0.25, follow=in_film)
    for every in EVERY[:1] if options.quick else EVERY:
        yield Case(f"hours, once in {every} s, budget 25%", _hours(every), 0.25)
    yield Case(f"hours, once in {EVERY[0]} s, a frame in {SPARSE} s", _hours(EVERY[0]), 1.0, SPARSE)
    if options.train:
        detect = recognizer(options.model, options.train, options.images)
        for budget in options.budget or BUDGETS:
            name = f"{len(filmed)} clips, recognizer, budget {budget:.0%}"
            yield Case(name, begun, budget, detect=detect, follow=in_film, analysis=Analysis())


def _hours(every: int) -> tuple[Clip, ...]:
    return tuple(hour(every, seed) for seed in range(HOURS))


def _begun(found: list[Clip], apart: int) -> tuple[Clip, ...]:
    """Each clip from several frames of its first second on."""
    return tuple(clip.later(frames) for clip in found for frames in range(0, int(clip.rate), apart))


# --- telling


def _rows(case: Case, precision: float) -> Iterator[Row]:
    refining = replace(case.analysis, edge_precision=precision, edge_budget=case.budget)
    coarse = [run(clip, SECOND, case.analysis, case.detect, nowhere) for clip in case.material]
    refined = [run(clip, case.step, refining, case.detect, case.follow) for clip in case.material]
    for name, of_all in (("mean", mean), ("median", median)):
        errors = (of_all(_seconds(runs)) for runs in (refined, coarse))
        yield _row(case, f"error of an exposure, {name}", *errors, unit="s")
    errors = (mean(_seconds(runs, SECOND)) for runs in (refined, coarse))
    yield _row(case, "of one of a second or more, mean", *errors, unit="s")
    yield _row(case, "exposures missed", _missed(refined), _missed(coarse), unit="share")
    calls, reference = (sum(outcome.calls for outcome in runs) for runs in (refined, coarse))
    yield _row(case, "calls", calls, reference, unit="calls")
    edges = sum(outcome.open_edges for outcome in coarse)
    yield _row(case, "open edges a call", edges / reference, unit="edges")
    if case.step == SECOND:
        frames = (calls - reference) / edges
        yield _row(case, "extra frames an open edge", frames, unit="frames")
        if case.follow is nowhere:
            yield _row(case, "ratio at best, by their number", 1 / at_best(frames), unit="")


def _seconds(outcomes: list[Outcome], least: Fraction = Fraction(0)) -> list[float]:
    """The errors of all exposures that last so long at least."""
    return [error.seconds for outcome in outcomes for error in outcome.errors if error.lasts >= least]


def _missed(outcomes: list[Outcome]) -> float:
    return mean(error.missed for outcome in outcomes for error in outcome.errors)


def _row(case: Case, metric: str, ours: float, reference: float | None = None, *, unit: str) -> Row:
    ratio = ours / reference if reference else None
    figures = {"ours": ours, "reference": reference, "ratio": ratio}
    return {"case": case.name, "metric": metric, **figures, "unit": unit}


def _beside(row: Row) -> str:
    return "".join(
        f" {row[key]:{width}.{digits}f}"
        for key, width, digits in (("reference", 9, 3), ("ratio", 7, 2))
        if row[key] is not None
    )


def _samples() -> Path:
    folder = Path(tempfile.gettempdir()) / "exposure-samples"
    make_samples(folder)
    return folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs, and one hour only")
    parser.add_argument("--clips", type=Path, action="append", help="a folder of clips and their truth")
    parser.add_argument("--precision", type=float, default=0.1, help="seconds to which edges are to be found")
    parser.add_argument("--budget", type=float, action="append", help="extra calls at most, for each call")
    parser.add_argument("--train", type=Path, help="a manifest: let the recognizer look at the clips, too")
    parser.add_argument("--images", type=Path, help="where the manifest's pictures lie")
    parser.add_argument("--model", type=Path, help="kept here after training; used instead where it exists")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
