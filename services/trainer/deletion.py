"""Deletes in the order AWS accepts: models are stopped, then versions, datasets and the project go."""

from __future__ import annotations

from collections.abc import Callable

from services.trainer import project as account
from services.trainer import promotion
from services.trainer.project import Project, Version
from services.trainer.workshop import Workshop
from shared.aws.rekognition import translated
from shared.models.control import ModelState
from shared.models.rekognition import AlreadyInUse, Misconfigured
from shared.runtime.command import Failure

Told = Callable[[str], None]
_BUSY = {ModelState.TRAINING_IN_PROGRESS, ModelState.COPYING_IN_PROGRESS}
_MUST_STOP = {ModelState.STARTING, ModelState.RUNNING, ModelState.STOPPING}


async def ours(workshop: Workshop, arn: str) -> bool:
    """Whether the tags of a resource say that this installation made it."""
    with translated():
        reply = await workshop.models.list_tags_for_resource(ResourceArn=arn)
    return all(reply["Tags"].get(key) == value for key, value in workshop.tags.items())


async def check_ours(workshop: Workshop, project: Project) -> None:
    """Raises `Failure` for a project that something else made."""
    if not await ours(workshop, project.arn):
        mark = " ".join(f"{key}={value}" for key, value in workshop.tags.items())
        raise Failure(f"project {project.name} was not made by this installation: it has no tag {mark}")


async def delete_version(workshop: Workshop, project: Project, version: Version, tell: Told) -> None:
    """Stop a version if need be, delete it, and wait until it is gone; raises `Failure` while it trains."""
    if version.state in _BUSY:
        raise Failure(f"{version.name} is {version.state}: wait for its end")
    if version.state in _MUST_STOP:
        tell(f"stopping {version.name}")
        version = await promotion.stop(workshop, project, version)
    if version.state is not ModelState.DELETING:
        tell(f"deleting {version.name}")
        await _taken(workshop, version)

    async def gone() -> bool | None:
        return await account.version(workshop, project, version.name) is None or None

    await workshop.until(gone)


async def _taken(workshop: Workshop, version: Version) -> None:
    async def taken() -> bool | None:
        try:
            with translated():
                await workshop.models.delete_project_version(ProjectVersionArn=version.arn)
        except AlreadyInUse:  # a stop that is over, but not everywhere
            return None
        return True

    await workshop.until(taken)


async def delete_project(workshop: Workshop, project: Project, tell: Told) -> None:
    """Delete all versions, the datasets and the project, and wait until they are gone; raises `Failure`."""
    for version in await account.versions(workshop, project):
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
    try:
        with translated():
            await workshop.models.delete_project(ProjectArn=project.arn)
    except AlreadyInUse:
        pass  # versions or datasets that are gone, but not everywhere: the next look asks again


async def _delete_dataset(workshop: Workshop, arn: str) -> None:
    async def gone() -> bool | None:
        try:
            with translated():
                reply = await workshop.models.describe_dataset(DatasetArn=arn)
                if not reply["DatasetDescription"]["Status"].endswith("_IN_PROGRESS"):
                    await workshop.models.delete_dataset(DatasetArn=arn)
        except Misconfigured:  # there is no such dataset
            return True
        return None

    await workshop.until(gone)
