"""`logostream model delete`."""

from __future__ import annotations

from typing import Annotated

import typer

from services.trainer import project as account
from services.trainer.commands.common import ProjectName, Teller, Yes, ask, fail, work
from services.trainer.versions import deletion
from services.trainer.workshop import Workshop

Name = Annotated[
    str | None,
    typer.Argument(metavar="VERSION", help="The version; without, the whole project with all its datasets."),
]


def delete(version: Name = None, yes: Yes = False, project: ProjectName = None) -> None:
    """Delete a version, or the whole project, in the order AWS accepts, waiting as needed.

    A running model is stopped first. A project that this installation did not make is refused.

    Examples: logostream model delete v1 · logostream model delete --yes
    """
    found = work(lambda workshop: _found(workshop, version), project)
    if found is None:
        typer.echo("there is no such project")
        return
    if not yes and not ask(f"Delete {found}{'' if version else ', with all that is in it'}?"):
        fail("nothing was deleted")
    work(lambda workshop: _delete(workshop, version), project)
    typer.echo(f"{found} is gone")


async def _found(workshop: Workshop, name: str | None) -> str | None:
    """What is to be deleted, in words; None without a project. Raises `Failure` for what is not ours."""
    project = await account.find(workshop)
    if project is None:
        return None
    await deletion.check_ours(workshop, project)
    if name is None:
        return f"project {project.name}"
    return f"version {(await account.need_version(workshop, project, name)).name} of {project.name}"


async def _delete(workshop: Workshop, name: str | None) -> None:
    project = await account.need(workshop)
    if name is None:
        await deletion.delete_project(workshop, project, Teller())
    elif version := await workshop.versions(project).find(name):
        await deletion.delete_version(workshop, project, version, Teller())
