"""Gathers the material of a training from S3 into a folder, and tells what AWS would refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.rekognition_local import images, wire
from services.rekognition_local.errors import ApiError
from services.rekognition_local.resources.lifecycle import Version
from services.rekognition_local.training import material
from services.rekognition_local.training.learning import TrainingFailed
from services.rekognition_local.training.splitting import shared_out
from shared.datasets import manifest
from shared.datasets.manifest import Labelled, LineProblem
from shared.datasets.picturesize import MOST_BYTES_STORED
from shared.storage.objects import Address, ObjectError, ObjectStore

_DOWNLOADS = 8  # at the same time
_PROBLEMS_TOLD = 3


@dataclass(frozen=True, slots=True)
class Gathered:
    """The pictures to learn from and those to test with, by their numbers."""

    training: Mapping[int, Labelled]
    test: Mapping[int, Labelled]


async def gather(objects: ObjectStore, version: Version, folder: Path) -> Gathered:
    """Lay out the pictures and labels of a version's manifests in a folder; raises `TrainingFailed`."""
    training_data = wire.TrainingData.model_validate(version.training_data)
    testing_data = wire.TestingData.model_validate(version.testing_data)
    training = await _fetched(objects, training_data.assets, folder, 0)
    if testing_data.auto_create:
        training, test = _split(training)
    else:
        test = await _fetched(objects, testing_data.assets, folder, max(training, default=0) + 1)
    if reason := refusal(list(training.values()), list(test.values())):
        raise TrainingFailed(reason)
    material.write_labels(folder, training, test)
    return Gathered(training, test)


def refusal(training: Sequence[Labelled], test: Sequence[Labelled]) -> str | None:
    """Why AWS would not train from and test with these pictures, if it would not."""
    known = {label for source in training for label in source.labels}
    asked = {label for source in test for label in source.labels}
    if not known:
        return "The manifest has no labelled picture: label at least one."
    if len(known) > manifest.MOST_LABELS:
        return f"The manifest has {len(known)} labels; at most {manifest.MOST_LABELS} are allowed."
    if asked and 2 * len(asked & known) < len(asked):
        return "Fewer than half of the test labels are among the training labels."
    both = {source.place for source in training} & {source.place for source in test}
    if both:
        return f"{len(both)} pictures are both in the training and in the test set, such as {min(both)}."
    return None


def _split(
    training: Mapping[int, Labelled],
) -> tuple[dict[int, Labelled], dict[int, Labelled]]:
    kept, test = shared_out(list(training), lambda number: training[number].labels)
    return {number: training[number] for number in kept}, {number: training[number] for number in test}


async def _fetched(
    objects: ObjectStore, assets: Sequence[wire.Asset], folder: Path, first: int
) -> dict[int, Labelled]:
    """The usable pictures of manifests, copied to the folder and numbered from `first` on."""
    sources, problems = await _manifests(objects, assets)
    _refuse_if_too_many(problems, len(sources))
    slots = asyncio.Semaphore(_DOWNLOADS)
    distinct = {source.place: source for source in sources}
    numbered = dict(enumerate(distinct.values(), start=first))
    fetches = [
        _fetch(objects, source, material.picture_file(folder, number), slots)
        for number, source in numbered.items()
    ]
    ends = dict(zip(numbered, await asyncio.gather(*fetches), strict=True))
    problems += [end for end in ends.values() if end is not None]
    good = {number: source for number, source in numbered.items() if ends[number] is None}
    _refuse_if_too_many(problems, len(good))
    return good


async def _manifests(
    objects: ObjectStore, assets: Sequence[wire.Asset]
) -> tuple[list[Labelled], list[LineProblem]]:
    sources: list[Labelled] = []
    problems: list[LineProblem] = []
    for asset in assets:
        where = asset.ground_truth_manifest.s3_object
        try:
            text = (await objects.get(Address(where.bucket, where.name))).decode("utf-8")
        except (ObjectError, UnicodeDecodeError) as error:
            raise TrainingFailed(f"The manifest cannot be read: {error}.") from error
        found = manifest.read(text)
        sources += found.sources
        problems += found.problems
    return sources, problems


async def _fetch(
    objects: ObjectStore, source: Labelled, file: Path, slots: asyncio.Semaphore
) -> LineProblem | None:
    """Copy a picture to a file, or say why it cannot be used."""
    try:
        async with slots:
            data = await objects.get(Address(source.bucket, source.key))
        images.check(data, MOST_BYTES_STORED)
    except (ObjectError, ApiError) as error:
        return LineProblem(source.line, f"s3://{source.bucket}/{source.key}: {error}")
    await asyncio.to_thread(file.write_bytes, data)
    return None


def _refuse_if_too_many(problems: Sequence[LineProblem], good: int) -> None:
    if manifest.too_many(len(problems), good):
        told = "; ".join(str(problem) for problem in problems[:_PROBLEMS_TOLD])
        raise TrainingFailed(f"{len(problems)} of {len(problems) + good} manifest lines are invalid: {told}")
