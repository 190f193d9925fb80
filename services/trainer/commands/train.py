"""`logostream model train`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from services.trainer import project as account
from services.trainer.commands.common import AsJson, ProjectName, Teller, tell, variables, work
from services.trainer.versions import training
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion

Name = Annotated[str | None, typer.Option("--version", help="Name of the version; v1, v2, … without.")]
Wait = Annotated[bool, typer.Option("--wait", help="Stay until the training is over, and tell how it goes.")]


def train(
    version: Name = None, wait: Wait = False, project: ProjectName = None, as_json: AsJson = False
) -> None:
    """Train a version of the model on the project's datasets.

    Training goes on when this command ends, by Ctrl-C too; repeated, it watches the training under way, or
    tells how it ended. The same pictures are trained on again only with a new --version.

    Example: logostream model train --wait
    """
    found, trained = work(lambda workshop: _train(workshop, version, wait), project)
    if as_json:
        facts = {"project_arn": found.arn, "model_arn": trained.arn, "state": trained.state, "f1": trained.f1}
        typer.echo(json.dumps(facts))
    else:
        typer.echo(_sentence(found, trained))


async def _train(workshop: Workshop, name: str | None, wait: bool) -> tuple[Project, ModelVersion]:
    project = await account.need(workshop)
    version, new = await training.begin(workshop, project, name)
    if new and wait:
        tell(f"{version.name}: training has begun, and goes on when this command ends")
    return project, await training.ended(workshop, project, version.name, Teller()) if wait else version


def _sentence(project: Project, version: ModelVersion) -> str:
    if version.state is ModelState.TRAINING_IN_PROGRESS:
        return (
            f"{version.name} is in training and goes on by itself: `logostream model train --wait` watches it"
        )
    f1 = "not tested" if version.f1 is None else f"F1 {version.f1:.3f}"
    return f"{version.name} is trained, {f1}:\n{variables(project, version)}"
