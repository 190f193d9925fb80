"""Trains a version of the project's model, or goes on watching the training that is under way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from services.trainer import project as account
from services.trainer.datasets import datasets
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import TEST, TRAIN, Project
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure

_TRAINED = {
    ModelState.TRAINING_COMPLETED,
    ModelState.STARTING,
    ModelState.RUNNING,
    ModelState.FAILED,
    ModelState.STOPPING,
    ModelState.STOPPED,
}
Told = Callable[[str], None]


async def begin(workshop: Workshop, project: Project, name: str | None) -> tuple[ModelVersion, bool]:
    """The version in training or trained, and whether it was begun just now; raises `Failure`.

    Without a name, a training under way is taken for the one that is wanted, or one since which no picture
    has changed, so that a run that is repeated neither loses nor pays for anything twice.
    """
    if {TRAIN, TEST} - set(project.datasets):
        raise Failure(f"project {project.name} has no pictures: run `logostream model dataset import` first")
    there = await workshop.versions(project).all()
    if name is None:
        found = current(there, await datasets.changed(workshop, project))
    else:
        found = next((one for one in there if one.name == name), None)
    if found is not None:
        return found, False
    return await _start(workshop, project, name or next_name([one.name for one in there])), True


def current(versions: Sequence[ModelVersion], changed: float) -> ModelVersion | None:
    """The version in training, or the newest that was begun since the pictures last changed (seconds)."""
    under_way = [one for one in versions if one.state is ModelState.TRAINING_IN_PROGRESS]
    trained = [one for one in versions if one.state in _TRAINED and one.created_at >= changed]
    return next(iter(under_way + trained), None)


async def _start(workshop: Workshop, project: Project, name: str) -> ModelVersion:
    output = workshop.place("output", project.name)
    await workshop.versions(project).train(name, output, workshop.tags)
    return await workshop.until(lambda: workshop.versions(project).find(name))


def next_name(names: Sequence[str]) -> str:
    """`v1`, or the number after the highest there is."""
    numbers = [int(found[1]) for name in names if (found := re.fullmatch(r"v(\d+)", name))]
    return f"v{max(numbers, default=0) + 1}"


async def ended(workshop: Workshop, project: Project, name: str, tell: Told) -> ModelVersion:
    """The version once its training is over; `tell` hears what the service says meanwhile.

    Raises `Failure` when the training failed.
    """

    async def over() -> ModelVersion | None:
        found = await account.need_version(workshop, project, name)
        tell(found.message)
        return None if found.state is ModelState.TRAINING_IN_PROGRESS else found

    version = await workshop.until(over)
    if version.state is ModelState.TRAINING_FAILED:
        raise Failure(f"training of {name} failed: {version.message}")
    return version
