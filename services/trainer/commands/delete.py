"""`logostream model delete`."""

from __future__ import annotations

from typing import Annotated

import typer

from services.trainer.commands.common import ProjectName, Teller, Yes, ask, fail, work
from services.trainer.versions import deletion
from services.trainer.versions import project as account
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
    if not yes and not ask(f"Delete {f'version {version}' if version else 'the whole project'}?"):
        fail("nothing was deleted")
    typer.echo(work(lambda workshop: _delete(workshop, version), project))


async def _delete(workshop: Workshop, name: str | None) -> str:
    project = await account.find(workshop)
    if project is None:
        return f"there is no project {workshop.settings.project}"
    await deletion.check_ours(workshop, project)
    if name is None:
        await deletion.delete_project(workshop, project, Teller())
        return f"project {project.name} is gone"
    version = await workshop.versions(project).find(name)
    if version is not None:
        await deletion.delete_version(workshop, project, version, Teller())
    return f"version {name} is gone"
