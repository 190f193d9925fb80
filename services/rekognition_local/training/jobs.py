"""Training jobs: gather what a version asks for, have it learnt and tested, and write down how it ended."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from services.rekognition_local.errors import LimitExceededException
from services.rekognition_local.resources import lifecycle
from services.rekognition_local.resources.lifecycle import Results, Version
from services.rekognition_local.resources.recognizers import Recognizers
from services.rekognition_local.resources.store import Store
from services.rekognition_local.training import material, summary
from services.rekognition_local.training.gathering import Gathered, gather
from services.rekognition_local.training.learning import TrainingFailed
from shared.datasets.evaluation import Evaluation, evaluate
from shared.models.control import ModelState
from shared.storage.objects import Address, ObjectError, ObjectStore

log = logging.getLogger(__name__)

CONCURRENT_TRAININGS = 2  # AWS's default quota
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
            labels, evaluation = await self._learnt(version)
            await self._until(version.since + self._least_seconds)
            ended = lifecycle.trained(version, labels, evaluation, self._clock())
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

    async def _learnt(self, version: Version) -> tuple[tuple[str, ...], Results | None]:
        """The labels of the new model, and how it did in its test if there was one."""

        def tell(share: float) -> None:
            # Only in memory: progress is not worth a write to disk.
            message = f"The model is being trained: {share:.0%} done."
            self._store.versions[version.arn] = replace(version, message=message)

        model = self._store.model_file(version)
        with tempfile.TemporaryDirectory(prefix="logostream-training-") as name:
            folder = Path(name)
            gathered = await gather(self._objects, version, folder)
            await self._learn(folder, model, tell)
            tested = material.read_tested(folder, gathered.test)
        labels = (await self._recognizers.get(version.arn, model)).labels
        if not tested:
            return labels, None
        return labels, await self._told(version, evaluate(tested), gathered)

    async def _told(self, version: Version, evaluation: Evaluation, gathered: Gathered) -> Results:
        """Write the results of the test where the caller wanted them; raises `TrainingFailed`."""
        place = Address(version.output_config["S3Bucket"], summary.key(version))
        text = json.dumps(
            summary.summary(version, evaluation, len(gathered.training), len(gathered.test), self._clock()),
            indent=1,
        )
        try:
            await self._objects.put(place, text.encode(), "application/json")
        except ObjectError as error:
            raise TrainingFailed(f"The output location cannot be written: {error}.") from error
        thresholds = {one.label: one.threshold for one in evaluation.labels}
        return Results(evaluation.f1, thresholds, {"Bucket": place.bucket, "Name": place.key})
