"""Measure the local logo recognizer: precision, recall, F1, overlap, calibration and time.

    python benchmarks/recognizer.py [--quick] [--json FILE] [--plot FILE.png] [--train MANIFEST]
                                    [--test MANIFEST] [--images DIR] [--clips DIR] [--model FILE]

Manifests are SageMaker Ground Truth lines; `s3://bucket/key` is read from DIR/key. Clips are `NAME.mp4` with
`NAME.gt.json` (boxes, angle, blur and visible share per frame), looked at once a second. The reference is
what HOG-LDA templates with a small network reached on the project's own test set in November 2026 (docs of
the material: F1 .82, mean overlap .83, 455 ms). A find is right when its label is and its box overlaps the
true one by half (intersection over union); every true box counts once. --quick trains and tests on a third.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.figures import write_figures
from benchmarks.recognition.scenes import Scene, Shown, clip_scenes, samples, scene
from benchmarks.recognition.scores import (
    ASKED_CONFIDENCE,
    Outcome,
    Seen,
    bins,
    calibration,
    mean_overlap,
    scores,
    tested,
)
from services.rekognition_local.recognition import LabelledImage, Recognizer, train
from services.rekognition_local.recognition.training import QUICK, train_with

MEDIA = Path(__file__).parents[2] / "shared" / "media" / "logos"
REFERENCE = {"F1": 0.82, "precision": 0.91, "recall": 0.76, "mean overlap": 0.83, "time": 455.0}
TIMED_LABELS, TIMED_FRAMES = (1, 10), 20


Kind = tuple[str, Callable[[Shown], bool]]
KINDS: tuple[Kind, ...] = (
    ("height below 10 % of the frame", lambda one: one.height < 0.1),
    ("height 10 to 20 %", lambda one: 0.1 <= one.height < 0.2),
    ("height 20 % and more", lambda one: one.height >= 0.2),
    ("turned by less than 10 degrees", lambda one: one.angle is not None and abs(one.angle) < 10),
    ("turned by 10 degrees and more", lambda one: one.angle is not None and abs(one.angle) >= 10),
    ("blurred by less than 2 pixels", lambda one: one.blur is not None and one.blur < 2),
    ("blurred by 2 pixels and more", lambda one: one.blur is not None and one.blur >= 2),
    ("partly hidden", lambda one: one.visible is not None and one.visible < 0.9),
    ("in full sight", lambda one: one.visible is not None and one.visible >= 0.9),
)


def main() -> None:
    """Train, test, print the table and write the figures."""
    options = _options()
    every = 3 if options.quick else 1
    recognizer, seconds = _trained(options, every)
    frames = [scene(sample) for sample in samples(options.test, options.images)[::every]]
    outcomes, seen, times = tested(recognizer, frames)
    rows = _rows("test set", outcomes, seen)
    rows.append(_row("720p frame, all labels", "time", median(times), "ms of one core"))
    rows += _timed(options, frames[:TIMED_FRAMES])
    if options.clips:
        clips = list(clip_scenes(options.clips, set(recognizer.labels)))[::every]
        in_clips, seen_in_clips, _ = tested(recognizer, clips)
        rows += _rows("clips", in_clips, seen_in_clips)
        outcomes += in_clips
    rows.append(_row("training", "wall time", seconds, "s"))
    _print(rows)
    if options.plot:
        _plot(outcomes, options.plot)
    if options.json:
        write_figures(options.json, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", type=Path, default=MEDIA / "train.manifest")
    parser.add_argument("--test", type=Path, default=MEDIA / "val.manifest")
    parser.add_argument("--images", type=Path, default=MEDIA)
    parser.add_argument("--clips", type=Path, default=MEDIA if MEDIA.exists() else None)
    parser.add_argument("--model", type=Path, help="kept here after training; used instead where it exists")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path, help="PNG of the reliability curve")
    return parser.parse_args()


def _trained(options: argparse.Namespace, every: int) -> tuple[Recognizer, float]:
    """The recognizer and the wall time of its training in seconds (0 when it was loaded)."""
    if options.model and options.model.exists():
        return Recognizer.load(options.model), 0.0
    start = perf_counter()
    recognizer = train(samples(options.train, options.images)[::every], seed=0)
    seconds = perf_counter() - start
    if options.model:
        recognizer.save(options.model)
    return recognizer, seconds


def _timed(options: argparse.Namespace, scenes: Sequence[Scene]) -> Iterator[dict[str, Any]]:
    """Time per frame of models that know fewer labels, trained with little effort: it changes no time."""
    pictures = samples(options.train, options.images)
    labels = sorted({box.label for sample in pictures for box in sample.boxes})
    for count in TIMED_LABELS:
        known = set(labels[:count])
        own = [
            LabelledImage(sample.image, tuple(box for box in sample.boxes if box.label in known))
            for sample in pictures
        ]
        own = [sample for sample in own if sample.boxes]
        recognizer = train_with(QUICK, own, np.random.default_rng(0), lambda share: None)
        times = tested(recognizer, scenes)[2]
        yield _row(f"720p frame, {count} label{'s' * (count > 1)}", "time", median(times), "ms of one core")


def _rows(what: str, outcomes: list[Outcome], seen: list[Seen]) -> list[dict[str, Any]]:
    best = max({one.confidence for one in outcomes}, key=lambda least: scores(outcomes, seen, least)[2])
    rows = []
    for case, least in (("best threshold", best), (f"confidence {ASKED_CONFIDENCE:g}", ASKED_CONFIDENCE)):
        figures = zip(("precision", "recall", "F1"), scores(outcomes, seen, least), strict=True)
        rows += [_row(f"{what}, {case}", metric, figure) for metric, figure in figures]
    rows.append(_row(f"{what}, hits", "mean overlap", mean_overlap(seen)))
    for name, belongs in KINDS:
        own = [one for one in seen if belongs(one.shown)]
        if own:
            case = f"{what}, {name} ({len(own)})"
            recall = fmean(one.confidence >= ASKED_CONFIDENCE for one in own)
            rows.append(_row(case, "recall", recall, by_kind=True))
            rows.append(_row(case, "mean overlap", mean_overlap(own), by_kind=True))
    rows.append(_row(f"{what}, confidence against share right", "calibration error", calibration(outcomes)))
    return rows


def _plot(outcomes: list[Outcome], file: Path) -> None:
    """The reliability curve: on the diagonal, confidence means what it says."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    said, right, counts = zip(*bins(outcomes), strict=True)
    figure, (curve, amounts) = pyplot.subplots(
        2, 1, figsize=(6, 7), height_ratios=(3, 1), sharex=True, layout="constrained"
    )
    curve.plot((0, 1), (0, 1), color="grey", linestyle="--", label="means what it says")
    curve.plot(said, right, marker="o", label="the recognizer")
    curve.set(
        ylabel="share of finds that are right", ylim=(0, 1), title="Is a confidence of 80 % right in 80 %?"
    )
    curve.legend()
    amounts.bar(said, counts, width=0.06)
    amounts.set(xlabel="confidence", ylabel="finds", xlim=(0, 1), yscale="log")
    figure.savefig(file, dpi=120)


def _row(case: str, metric: str, ours: float, unit: str = "", by_kind: bool = False) -> dict[str, Any]:
    reference = None if by_kind or case.startswith("clips") else REFERENCE.get(metric)
    if metric == "time" and "all" not in case:
        reference = None
    facts = {"ours": ours, "reference": reference, "ratio": ours / reference if reference else None}
    return {"case": case, "metric": metric, **facts, "unit": unit}


def _print(rows: list[dict[str, Any]]) -> None:
    print(f"{'case':56}{'metric':20}{'ours':>9}{'reference':>11}{'ratio':>8}  unit")
    for row in rows:
        reference, ratio = (f"{row[key]:.2f}" if row[key] else "-" for key in ("reference", "ratio"))
        print(f"{row['case']:56}{row['metric']:20}{row['ours']:9.3f}{reference:>11}{ratio:>8}  {row['unit']}")


if __name__ == "__main__":
    main()
