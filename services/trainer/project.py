"""A Custom Labels project and its versions as they are in the account: found, made, waited for."""

from __future__ import annotations

from contextlib import suppress

from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.rekognition import AlreadyInUse
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure


async def find(workshop: Workshop, name: str | None = None) -> Project | None:
    """The project of this name, or the one of the settings, if there is one."""
    return await workshop.projects.find(name or workshop.settings.project)


async def need(workshop: Workshop, name: str | None = None) -> Project:
    """As `find`; raises `Failure` when there is none."""
    project = await find(workshop, name)
    if project is None:
        missing = name or workshop.settings.project
        raise Failure(f"there is no project {missing}: make it with `logostream model create`")
    return project


async def find_or_make(workshop: Workshop, name: str | None = None) -> tuple[Project, bool]:
    """The project, and whether it was made just now; raises `Failure` while one of its name is deleted."""
    name = name or workshop.settings.project
    project = await find(workshop, name)
    if project is None:
        with suppress(AlreadyInUse):  # listings lag behind
            await workshop.projects.create(name, workshop.tags)
        return await workshop.until(lambda: find(workshop, name)), True
    if project.status == "DELETING":
        raise Failure(f"project {name} is being deleted: wait, or choose another name")
    return project, False


async def need_version(workshop: Workshop, project: Project, name: str) -> ModelVersion:
    """The version of this name; raises `Failure` when there is none."""
    found = await workshop.versions(project).find(name)
    if found is None:
        raise Failure(f"project {project.name} has no version {name}: see `logostream model list`")
    return found


async def wait_for(workshop: Workshop, project: Project, name: str, passing: set[ModelState]) -> ModelVersion:
    """The version as soon as it is in none of the passing states; raises `Failure` when it is gone."""

    async def arrived() -> ModelVersion | None:
        found = await need_version(workshop, project, name)
        return None if found.state in passing else found

    return await workshop.until(arrived)
