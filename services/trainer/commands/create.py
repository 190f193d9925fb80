"""`logostream model create` and `list`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from services.trainer import project as account
from services.trainer.commands.common import AsJson, ProjectName, work
from services.trainer.ruled import numeric, ruled
from services.trainer.workshop import Workshop
from shared.models.projects import Project
from shared.models.versions import ModelVersion


def create(project: ProjectName = None) -> None:
    """Make the Custom Labels project, if it is not there.

    Example: logostream model create --project brands
    """
    made, new = work(account.find_or_make, project)
    typer.echo(f"project {made.name} {'made' if new else 'is there'}: {made.arn}")


def list_versions(project: ProjectName = None, as_json: AsJson = False) -> None:
    """List the project's model versions, newest first.

    Example: logostream model list
    """
    found, versions = work(_versions, project)
    if as_json:
        rows = [{"name": one.name, "arn": one.arn, "state": one.state, "f1": one.f1} for one in versions]
        typer.echo(json.dumps({"project_arn": found.arn, "versions": rows}, indent=2))
    elif versions:
        Console().print(_table(found, versions))
    else:
        typer.echo(f"project {found.name} has no versions: train one with `logostream model train`")


async def _versions(workshop: Workshop) -> tuple[Project, list[ModelVersion]]:
    project = await account.need(workshop)
    return project, await workshop.versions(project).all()


def _table(project: Project, versions: Sequence[ModelVersion]) -> Table:
    table = ruled("version", "state", numeric("F1"), numeric("units"), "message", title=project.name)
    for one in versions:
        f1 = "-" if one.f1 is None else f"{one.f1:.3f}"
        table.add_row(one.name, one.state, f1, str(one.least_units or "-"), one.message)
    return table
