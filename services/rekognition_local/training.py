"""Training jobs: fetch the material a version asks for, have it learnt from, and write down how it ended."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from services.rekognition_local import images, lifecycle, material, wire
from services.rekognition_local.errors import ApiError, LimitExceededException
from services.rekognition_local.learning import TrainingFailed
from services.rekognition_local.lifecycle import Version
from services.rekognition_local.recognizers import Recognizers
from services.rekognition_local.store import Store
from shared import manifest
from shared.control import ModelState
from shared.manifest import Problem, Source
from shared.objects import Address, ObjectError, ObjectStore

log = logging.getLogger(__name__)

CONCURRENT_TRAININGS = 2  # AWS's default quota
_DOWNLOADS = 8  # at the same time
_PROBLEMS_TOLD = 3
_POLL_SECONDS = 0.05

Learn = Callable[[Path, Path, Callable[[float], None]], Awaitable[None]]
"""Folder of material, file for the model, and whom to tell the share done; raises `TrainingFailed`."""


class Trainings:
    """The trainings in progress; each is a task that never fails, but writes its failure on the version."""

    def __init__(
        self,
        store: Store,
        objects: ObjectStore,
        recognizers: Recognizers,
        learn: Learn,
        clock: Callable[[], float],
        least_seconds: float = 0.0,
    ) -> None:
        self._store = store
        self._objects = objects
        self._recognizers = recognizers
        self._learn = learn
        self._clock = clock
        self._least_seconds = least_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def check_quota(self) -> None:
        """Raises `LimitExceededException` while as many trainings run as AWS allows."""
        if len(self._tasks) >= CONCURRENT_TRAININGS:
            raise LimitExceededException(
                f"{CONCURRENT_TRAININGS} trainings are in progress; wait for one to end."
            )

    def begin(self, version: Version) -> None:
        """Train a version that is TRAINING_IN_PROGRESS."""
        task = asyncio.create_task(self._train(version), name=f"training {version.name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Begin anew what the last process left unfinished."""
        for version in self._store.versions.values():
            if version.state is ModelState.TRAINING_IN_PROGRESS:
                self.begin(version)

    async def close(self) -> None:
        """Break off all trainings; they are resumed by the next process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _train(self, version: Version) -> None:
        try:
            labels = await self._learnt_labels(version)
            await self._until(version.since + self._least_seconds)
            ended = lifecycle.trained(version, labels, None, self._clock())
        except TrainingFailed as failure:
            ended = lifecycle.training_failed(version, str(failure), self._clock())
        except Exception as error:
            log.exception("training broke", extra={"version": version.arn})
            reason = f"The stand-in made a mistake: {type(error).__name__}: {error}"
            ended = lifecycle.training_failed(version, reason, self._clock())
        self._store.put_version(ended)
        log.info("training ended", extra={"version": version.arn, "state": ended.state, "why": ended.message})

    async def _until(self, then: float) -> None:
        while True:
            if self._clock() >= then:
                return
            await asyncio.sleep(_POLL_SECONDS)  # not all at once: the clock may be turned meanwhile

    async def _learnt_labels(self, version: Version) -> tuple[str, ...]:
        def tell(share: float) -> None:
            # Only in memory: progress is not worth a write to disk.
            message = f"The model is being trained: {share:.0%} done."
            self._store.versions[version.arn] = replace(version, message=message)

        model = self._store.model_file(version)
        with tempfile.TemporaryDirectory(prefix="logostream-training-") as folder:
            await gather(self._objects, version, Path(folder))
            await self._learn(Path(folder), model, tell)
        return (await self._recognizers.get(version.arn, model)).labels


async def gather(objects: ObjectStore, version: Version, folder: Path) -> None:
    """Lay out the pictures and labels of a version's manifests in a folder; raises `TrainingFailed`."""
    sources, problems = await _manifests(objects, version)
    _refuse_if_too_many(problems, len(sources))
    slots = asyncio.Semaphore(_DOWNLOADS)
    files = [material.picture_file(folder, number) for number in range(len(sources))]
    ends = await asyncio.gather(*(_fetch(objects, *pair, slots) for pair in zip(sources, files, strict=True)))
    problems += [end for end in ends if end is not None]
    good = {number: source for number, source in enumerate(sources) if ends[number] is None}
    _refuse_if_too_many(problems, len(good))
    if not any(source.boxes or source.whole for source in good.values()):
        raise TrainingFailed("The manifest has no labelled picture: label at least one.")
    material.write_labels(folder, good)


async def _manifests(objects: ObjectStore, version: Version) -> tuple[list[Source], list[Problem]]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for asset in wire.TrainingData.model_validate(version.training_data).assets:
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
    objects: ObjectStore, source: Source, file: Path, slots: asyncio.Semaphore
) -> Problem | None:
    """Copy a picture to a file, or say why it cannot be used."""
    try:
        async with slots:
            data = await objects.get(Address(source.bucket, source.key))
        images.check(data, images.MOST_BYTES_STORED)
    except (ObjectError, ApiError) as error:
        return Problem(source.line, f"s3://{source.bucket}/{source.key}: {error}")
    await asyncio.to_thread(file.write_bytes, data)
    return None


def _refuse_if_too_many(problems: Sequence[Problem], good: int) -> None:
    if manifest.too_many(len(problems), good):
        told = "; ".join(str(problem) for problem in problems[:_PROBLEMS_TOLD])
        raise TrainingFailed(f"{len(problems)} of {len(problems) + good} manifest lines are invalid: {told}")
