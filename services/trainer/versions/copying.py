"""Copies a trained version into another project, so that it need not be trained, nor paid for, again."""

from __future__ import annotations

from services.trainer import project as account
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure


async def copy(workshop: Workshop, name: str, to_project: str, to_name: str) -> tuple[Project, ModelVersion]:
    """The copy and its project, once it is ready; raises `Failure`.

    A copy that is there or under way is not made again.
    """
    source_project = await account.need(workshop)
    destination, _ = await account.find_or_make(workshop, to_project)
    if await workshop.versions(destination).find(to_name) is None:
        source = await account.need_version(workshop, source_project, name)
        await _begin(workshop, source_project, source, destination, to_name)
    copied = await account.wait_for(workshop, destination, to_name, {ModelState.COPYING_IN_PROGRESS})
    if copied.state is ModelState.COPYING_FAILED:
        raise Failure(f"copying {name} to {to_project} failed: {copied.message}")
    return destination, copied


async def _begin(
    workshop: Workshop, project: Project, source: ModelVersion, destination: Project, name: str
) -> None:
    output = workshop.place("output", destination.name)
    await workshop.versions(project).copy(source, destination, name, output, workshop.tags)
    await workshop.until(lambda: workshop.versions(destination).find(name))
