"""Deletes in the order AWS accepts: models are stopped, then versions, datasets and the project go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from services.trainer import project as account
from services.trainer.versions import promotion
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.rekognition import AlreadyInUse, Misconfigured
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure

Told = Callable[[str], None]
_BUSY = {ModelState.TRAINING_IN_PROGRESS, ModelState.COPYING_IN_PROGRESS}
_MUST_STOP = {ModelState.STARTING, ModelState.RUNNING, ModelState.STOPPING}


async def ours(workshop: Workshop, project: Project) -> bool:
    """Whether the tags of a project say that this installation made it."""
    tags = await workshop.projects.tags(project)
    return all(tags.get(key) == value for key, value in workshop.tags.items())


async def check_ours(workshop: Workshop, project: Project) -> None:
    """Raises `Failure` for a project that something else made."""
    if not await ours(workshop, project):
        mark = " ".join(f"{key}={value}" for key, value in workshop.tags.items())
        raise Failure(f"project {project.name} was not made by this installation: it has no tag {mark}")


async def delete_version(workshop: Workshop, project: Project, version: ModelVersion, tell: Told) -> None:
    """Stop a version if need be, delete it, and wait until it is gone; raises `Failure` while it trains."""
    if version.state in _BUSY:
        raise Failure(f"{version.name} is {version.state}: wait for its end")
    if version.state in _MUST_STOP:
        tell(f"stopping {version.name}")
        version = await promotion.stop(workshop, project, version)
    if version.state is not ModelState.DELETING:
        tell(f"deleting {version.name}")
        await _taken(workshop, project, version)

    async def gone() -> bool | None:
        return await workshop.versions(project).find(version.name) is None or None

    await workshop.until(gone)


async def _taken(workshop: Workshop, project: Project, version: ModelVersion) -> None:
    async def taken() -> bool | None:
        try:
            await workshop.versions(project).delete(version)
        except AlreadyInUse:  # a stop that is over, but not everywhere
            return None
        return True

    await workshop.until(taken)


async def delete_project(workshop: Workshop, project: Project, tell: Told) -> None:
    """Delete all versions, the datasets and the project, and wait until they are gone; raises `Failure`."""
    for version in await workshop.versions(project).all():
        await delete_version(workshop, project, version, tell)
    for kind, arn in project.datasets.items():
        tell(f"deleting the {kind.lower()} dataset")
        await _delete_dataset(workshop, arn)
    tell(f"deleting project {project.name}")

    async def gone() -> bool | None:
        found = await account.find(workshop, project.name)
        if found is not None and found.status != "DELETING":
            await _ask_for_deletion(workshop, found)
        return True if found is None else None

    await workshop.until(gone)


async def _ask_for_deletion(workshop: Workshop, project: Project) -> None:
    with suppress(AlreadyInUse):  # by versions or datasets that are gone, but not everywhere: ask again later
        await workshop.projects.delete(project)


async def _delete_dataset(workshop: Workshop, arn: str) -> None:
    async def gone() -> bool | None:
        try:
            if not (await workshop.datasets.describe(arn)).busy:
                await workshop.datasets.delete(arn)
        except Misconfigured:  # there is no such dataset
            return True
        return None

    await workshop.until(gone)
