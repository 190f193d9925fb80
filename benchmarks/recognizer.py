"""Measure the local logo recognizer: precision, recall, F1, box overlap and time, by logo size.

    python benchmarks/recognizer.py [--quick] [--json FILE] [--train MANIFEST] [--test MANIFEST]
                                    [--images DIR] [--model FILE]

Manifests are SageMaker Ground Truth lines; `s3://bucket/key` is read from DIR/key. The reference is what
HOG-LDA templates with a small network reached on the project's own test set in November 2026 (docs of the
material: F1 .82, mean overlap .83, 455 ms). A find is right when its label is and its box overlaps the true
one by half (intersection over union); every true box counts once. --quick trains and tests on a third.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import cv2
import numpy as np

from services.rekognition_local.recognition import Found, LabelledBox, LabelledImage, Recognizer, train
from services.rekognition_local.recognition.geometry import overlap

MEDIA = Path(__file__).parents[2] / "shared" / "media" / "logos"
REFERENCE = {"F1": 0.82, "precision": 0.91, "recall": 0.76, "mean overlap": 0.83, "time": 455.0}
HIT = 0.5  # overlap
ASKED_CONFIDENCE = 50.0
SIZES = (("below 10 %", 0.0, 0.1), ("10 to 20 %", 0.1, 0.2), ("20 % and more", 0.2, 9.0))  # of frame height


@dataclass(frozen=True, slots=True)
class Outcome:
    """One find: how sure, and how well it overlaps the true box it was matched with (0: none)."""

    confidence: float
    overlap: float


@dataclass(frozen=True, slots=True)
class Truth:
    """One true box: its height as a share of the frame's, and the confidence it was found with (0: not)."""

    height: float
    confidence: float


def main() -> None:
    """Train, test, print the table and write the figures."""
    options = _options()
    every = 3 if options.quick else 1
    tests = _samples(options.test, options.images)[::every]
    recognizer, seconds = _trained(options, every)
    outcomes: list[Outcome] = []
    truths: list[Truth] = []
    times: list[float] = []
    for sample in tests:
        start = thread_time()
        found = recognizer.detect(sample.image)
        times.append((thread_time() - start) * 1000)
        matched, known = _matched(sample, found)
        outcomes += matched
        truths += known
    rows = _rows(outcomes, truths, median(times), seconds)
    _print(rows, len(tests), len(truths))
    if options.json:
        options.json.write_text(json.dumps({"machine": _machine(), "rows": rows}, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", type=Path, default=MEDIA / "train.manifest")
    parser.add_argument("--test", type=Path, default=MEDIA / "val.manifest")
    parser.add_argument("--images", type=Path, default=MEDIA)
    parser.add_argument(
        "--model", type=Path, help="kept here after training; used in its place when it exists"
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _trained(options: argparse.Namespace, every: int) -> tuple[Recognizer, float]:
    """The recognizer and the wall time of its training in seconds (0 when it was loaded)."""
    if options.model and options.model.exists():
        return Recognizer.load(options.model), 0.0
    start = perf_counter()
    recognizer = train(_samples(options.train, options.images)[::every], seed=0)
    seconds = perf_counter() - start
    if options.model:
        recognizer.save(options.model)
    return recognizer, seconds


def _samples(manifest: Path, images: Path) -> list[LabelledImage]:
    return [_sample(json.loads(line), images) for line in manifest.read_text().splitlines() if line.strip()]


def _sample(line: dict[str, Any], images: Path) -> LabelledImage:
    file = images / line["source-ref"].removeprefix("s3://").partition("/")[2]
    image = cv2.imread(str(file))
    if image is None:
        raise SystemExit(f"{file} cannot be read as an image; give its folder with --images")
    attribute = next(name for name in line if name.endswith("-metadata")).removesuffix("-metadata")
    names = line[f"{attribute}-metadata"]["class-map"]
    boxes = tuple(
        LabelledBox(names[str(box["class_id"])], box["left"], box["top"], box["width"], box["height"])
        for box in line[attribute]["annotations"]
    )
    return LabelledImage(image, boxes)


def _matched(sample: LabelledImage, found: Sequence[Found]) -> tuple[list[Outcome], list[Truth]]:
    """Match finds, surest first, each with the best free true box of its label."""
    height, width = sample.image.shape[:2]
    free = dict(enumerate(sample.boxes))
    sure = [0.0] * len(sample.boxes)
    outcomes = []
    for find in found:
        box = (find.left * width, find.top * height, find.width * width, find.height * height)
        near = {number: _overlap(box, true) for number, true in free.items() if true.label == find.label}
        best = max(near, key=lambda number: near[number], default=None)
        if best is None or near[best] < HIT:
            outcomes.append(Outcome(find.confidence, 0.0))
            continue
        del free[best]
        sure[best] = find.confidence
        outcomes.append(Outcome(find.confidence, near[best]))
    truths = [Truth(box.height / height, sure[number]) for number, box in enumerate(sample.boxes)]
    return outcomes, truths


def _overlap(box: tuple[float, float, float, float], true: LabelledBox) -> float:
    theirs = np.array([[true.left, true.top, true.width, true.height]], np.float32)
    return float(overlap(np.array([box], np.float32), theirs)[0, 0])


def _rows(outcomes: list[Outcome], truths: list[Truth], time: float, training: float) -> list[dict[str, Any]]:
    best = max({outcome.confidence for outcome in outcomes}, key=lambda limit: _f1(outcomes, truths, limit))
    rows = []
    for case, limit in (("best threshold", best), (f"confidence {ASKED_CONFIDENCE:g}", ASKED_CONFIDENCE)):
        precision, recall = _precision_recall(outcomes, truths, limit)
        rows += [
            _row(case, "F1", _f1(outcomes, truths, limit)),
            _row(case, "precision", precision),
            _row(case, "recall", recall),
        ]
    hits = [one.overlap for one in outcomes if one.overlap and one.confidence >= ASKED_CONFIDENCE]
    rows.append(_row("hits", "mean overlap", float(np.mean(hits)) if hits else 0.0))
    for name, low, high in SIZES:
        own = [truth for truth in truths if low <= truth.height < high]
        share = np.mean([truth.confidence >= ASKED_CONFIDENCE for truth in own]) if own else float("nan")
        rows.append(_row(f"logo height {name} ({len(own)})", "recall", float(share)))
    rows.append(_row("confidence against share right", "calibration error", _calibration_error(outcomes)))
    rows.append(_row("720p frame", "time", time, "ms of one core"))
    rows.append(_row("training", "wall time", training, "s"))
    return rows


def _precision_recall(outcomes: list[Outcome], truths: list[Truth], limit: float) -> tuple[float, float]:
    kept = [outcome for outcome in outcomes if outcome.confidence >= limit]
    right = sum(outcome.overlap > 0 for outcome in kept)
    return right / max(len(kept), 1), right / max(len(truths), 1)


def _f1(outcomes: list[Outcome], truths: list[Truth], limit: float) -> float:
    precision, recall = _precision_recall(outcomes, truths, limit)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _calibration_error(outcomes: list[Outcome]) -> float:
    """Mean distance between confidence and the share that is right, over ten bins of confidence."""
    total = 0.0
    for low in range(0, 100, 10):
        own = [outcome for outcome in outcomes if low < outcome.confidence <= low + 10]
        if own:
            said = np.mean([outcome.confidence for outcome in own]) / 100
            total += abs(float(said - np.mean([outcome.overlap > 0 for outcome in own]))) * len(own)
    return total / max(len(outcomes), 1)


def _row(case: str, metric: str, ours: float, unit: str = "") -> dict[str, Any]:
    by_size = case.startswith("logo")
    reference = None if by_size else REFERENCE.get(metric)
    ratio = ours / reference if reference else None
    facts = {"ours": ours, "reference": reference, "ratio": ratio, "unit": unit}
    return {"case": case, "metric": metric, **facts}


def _print(rows: list[dict[str, Any]], frames: int, logos: int) -> None:
    print(f"{frames} frames, {logos} logos\n")
    print(f"{'case':36}{'metric':20}{'ours':>9}{'reference':>11}{'ratio':>8}  unit")
    for row in rows:
        reference, ratio = (f"{row[key]:.2f}" if row[key] else "-" for key in ("reference", "ratio"))
        print(f"{row['case']:36}{row['metric']:20}{row['ours']:9.3f}{reference:>11}{ratio:>8}  {row['unit']}")


def _machine() -> dict[str, Any]:
    return {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}


if __name__ == "__main__":
    main()
