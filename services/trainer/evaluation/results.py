"""The evaluation of a version, from the summary Amazon leaves in S3; while it runs, its worst pictures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from services.trainer.datasets import datasets
from services.trainer.evaluation.mistaken import drawn
from services.trainer.workshop import Workshop
from shared.datasets import manifest
from shared.datasets.evaluation import (
    Box,
    Evaluated,
    Evaluation,
    Find,
    LabelResult,
    Mistakes,
    Truth,
    worst,
)
from shared.datasets.manifest import Unlabelled
from shared.messaging.messages import BoundingBox
from shared.models.control import ModelState
from shared.models.detection import Detector, Seen
from shared.models.projects import TEST, Project
from shared.models.rekognition import Throttled
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure
from shared.storage.objects import Address

UNTESTED = "import pictures to test with (`--test`), then `logostream model train --wait`"
_PATIENCE_SECONDS = 0.5  # between two tries of a throttled call


async def evaluation(workshop: Workshop, version: ModelVersion) -> Evaluation:
    """How good a version is, by the test of its training; raises `Failure` when there was none."""
    if version.state is ModelState.TRAINING_IN_PROGRESS:
        raise Failure(f"{version.name} is in training: wait with `logostream model train --wait`")
    if version.state is ModelState.TRAINING_FAILED:
        raise Failure(f"{version.name} could not be trained: {version.message}")
    if version.summary is None:
        raise Failure(f"{version.name} was not tested: {UNTESTED}")
    try:
        return parse(json.loads(await workshop.objects.get(version.summary)))
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"{version.summary} is no evaluation summary: {error}") from None


def parse(summary: Any) -> Evaluation:
    """An evaluation from the JSON of its summary; raises KeyError, TypeError or ValueError."""
    whole = summary["AggregatedEvaluationResults"]
    confusion = {
        (cell["GroundTruthLabel"], cell["PredictedLabel"]): float(cell["Value"])
        for cell in whole.get("ConfusionMatrix", [])
    }
    return Evaluation(
        float(whole["Precision"]),
        float(whole["Recall"]),
        float(whole["F1Score"]),
        tuple(_label(row) for row in summary["LabelEvaluationResults"]),
        confusion,
    )


def _label(row: Any) -> LabelResult:
    metrics = row["Metrics"]
    return LabelResult(
        row["Label"],
        float(metrics["Precision"]),
        float(metrics["Recall"]),
        float(metrics["F1Score"]),
        float(metrics["Threshold"]),
        int(row["NumberOfTestingImages"]),
    )


async def worst_pictures(
    workshop: Workshop, project: Project, version: ModelVersion, judged: Evaluation, most: int
) -> list[Mistakes]:
    """Ask a running version about every test picture; those with the most mistakes at its thresholds."""
    arn = project.datasets.get(TEST)
    rows = await datasets.entries(workshop, arn) if arn else {}
    detector = workshop.detector(version)
    examined = [await _examined(detector, row) for row in rows.values()]
    thresholds = {one.label: one.threshold for one in judged.labels}
    return worst([one for one in examined if one], thresholds, most)


async def shown(workshop: Workshop, mistaken: Sequence[Mistakes]) -> dict[str, bytes]:
    """A small JPEG of each picture, by its name, with what was mistaken in it; raises `ObjectError`."""
    pictures = {}
    for one in mistaken:
        bucket, _, key = one.name.removeprefix("s3://").partition("/")
        pictures[one.name] = drawn(await workshop.objects.get(Address(bucket, key)), one)
    return pictures


async def _examined(detector: Detector, row: dict[str, Any]) -> Evaluated | None:
    try:
        source = manifest.source(0, json.dumps(row))
    except Unlabelled:
        return None
    width, height = _size(row)
    found = await _asked(detector, Address(source.bucket, source.key))
    finds = [Find(one.label, one.confidence, _pixels(one.box, width, height)) for one in found.detections]
    truths = [Truth(box.label, (box.left, box.top, box.width, box.height)) for box in source.boxes]
    whole = [Truth(source.whole, None)] if source.whole else []
    return Evaluated(source.place, tuple(truths or whole), tuple(finds))


def _pixels(box: BoundingBox | None, width: int, height: int) -> Box | None:
    if box is None:
        return None
    return box.left * width, box.top * height, box.width * width, box.height * height


def _size(row: dict[str, Any]) -> tuple[int, int]:
    """Width and height of the picture of an entry with boxes; 1 by 1 of one without."""
    labellings = [value for value in row.values() if isinstance(value, dict) and "image_size" in value]
    size = labellings[0]["image_size"][0] if labellings else {"width": 1, "height": 1}
    return size["width"], size["height"]


async def _asked(detector: Detector, place: Address) -> Seen:
    while True:
        try:
            return await detector.detect(place)
        except Throttled:
            await asyncio.sleep(_PATIENCE_SECONDS)
