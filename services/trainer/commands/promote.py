"""`logostream model promote` and `copy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from services.trainer import project as account
from services.trainer.commands.common import ProjectName, tell, variables, work
from services.trainer.versions import copying, promotion
from services.trainer.versions.promotion import Requirement
from services.trainer.workshop import Workshop
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure

Name = Annotated[str, typer.Argument(metavar="VERSION", help="The version.")]
Least = Annotated[float, typer.Option(min=0, max=1, help="The F1 it must reach.")]
Slack = Annotated[
    float, typer.Option(min=0, max=1, help="How much its F1 may be below that of the one in service.")
]
Units = Annotated[
    int | None, typer.Option(min=1, help="Inference units; those of the one in service without.")
]
KeepOld = Annotated[bool, typer.Option("--keep-old", help="Do not stop the version that was in service.")]
Force = Annotated[bool, typer.Option("--force", help="Do not look at how good it is.")]
ToProject = Annotated[str, typer.Option("--to", help="The project to copy it to; made if missing.")]
AsName = Annotated[str | None, typer.Option("--as", help="The name of the copy; the same without.")]


@dataclass(frozen=True, slots=True)
class Promotion:
    """How a version is to be promoted."""

    name: str
    required: Requirement | None
    units: int | None
    keep_old: bool


def promote(
    version: Name,
    least_f1: Least = 0.0,
    slack: Slack = 0.0,
    units: Units = None,
    keep_old: KeepOld = False,
    force: Force = False,
    project: ProjectName = None,
) -> None:
    """Put a version into service in the place of another: start it, wait until it runs, stop the other.

    It must not be worse than the one in service, by F1. AWS lets two models of an account run at a time.

    Example: logostream model promote v2 --least-f1 0.8
    """
    asked = Promotion(version, None if force else Requirement(least_f1, slack), units, keep_old)
    typer.echo(work(lambda workshop: _promote(workshop, asked), project))


async def _promote(workshop: Workshop, asked: Promotion) -> str:
    project = await account.need(workshop)
    new = await account.need_version(workshop, project, asked.name)
    others = [one for one in await workshop.versions(project).all() if one.arn != new.arn]
    old = promotion.serving(others)
    await _check(workshop, asked.required, new, old)
    tell(f"starting {new.name}")
    units = asked.units or (old.least_units if old else 0) or 1
    started = await promotion.start(workshop, project, new, units)
    if old and not asked.keep_old:
        tell(f"stopping {old.name}")
        await promotion.stop(workshop, project, old)
    return f"{started.name} is in service:\n{variables(project, started)}"


async def _check(
    workshop: Workshop, required: Requirement | None, new: ModelVersion, old: ModelVersion | None
) -> None:
    """Raises `Failure` where a version may not be promoted."""
    running = await promotion.running_models(workshop)
    refused = promotion.refusal(new, old, required, running) if required else promotion.quota(new, running)
    if refused:
        raise Failure(refused)


def copy(version: Name, to: ToProject, as_name: AsName = None, project: ProjectName = None) -> None:
    """Copy a trained version into another project of the account, so that it need not be trained again.

    Example: logostream model copy v2 --to brands-live
    """
    made, copied = work(lambda workshop: copying.copy(workshop, version, to, as_name or version), project)
    typer.echo(f"{copied.name} is in project {made.name}:\n{variables(made, copied)}")
