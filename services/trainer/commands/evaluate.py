"""`logostream model evaluate` and `compare`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.trainer import project as account
from services.trainer.commands.common import AsJson, ProjectName, fail, work
from services.trainer.evaluation import report, results
from services.trainer.evaluation.report import Report
from services.trainer.workshop import Workshop
from shared.datasets.evaluation import Evaluation
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure


class Shape(StrEnum):
    """How an evaluation is told."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


Name = Annotated[str | None, typer.Argument(metavar="VERSION", help="The version; the newest without.")]
One = Annotated[str, typer.Argument(metavar="VERSION", help="The version that is there.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="The version that might replace it.")]
ShapeName = Annotated[Shape, typer.Option("--format", help="How to tell it.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write it to.")]
Worst = Annotated[
    int,
    typer.Option(min=0, help="So many test pictures with the most mistakes; the model must run for that."),
]


def evaluate(
    version: Name = None,
    shape: ShapeName = Shape.TABLE,
    out: Out = None,
    worst: Worst = 0,
    project: ProjectName = None,
) -> None:
    """Tell how good a version is, by the test of its training: F1, precision, recall, thresholds, confusion.

    Examples: logostream model evaluate v2 · logostream model evaluate --format html --out v2.html --worst 10
    """
    told = work(lambda workshop: _evaluate(workshop, version, worst), project)
    text = _told(told, shape)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}: choose another --out")
    typer.echo(f"written to {out}")


def _told(told: Report, shape: Shape) -> str:
    if shape is Shape.JSON:
        return json.dumps(report.as_json(told), indent=2)
    if shape is Shape.HTML:
        return report.as_html(told)
    console = Console(highlight=False)
    with console.capture() as captured:
        console.print(*report.tables(told), sep="\n")
    return captured.get().rstrip()


async def _evaluate(workshop: Workshop, name: str | None, worst: int) -> Report:
    project = await account.need(workshop)
    version = await (account.need_version(workshop, project, name) if name else _newest(workshop, project))
    judged = await results.evaluation(workshop, version)
    if not worst:
        return Report(project.name, version.name, judged)
    if version.state is not ModelState.RUNNING:
        raise Failure(
            f"{version.name} is {version.state}: --worst asks the model, so start it first: "
            f"`logostream model promote {version.name}`"
        )
    mistakes = await results.worst_pictures(workshop, project, version, judged, worst)
    shown = await results.shown(workshop, mistakes)
    return Report(project.name, version.name, judged, tuple(mistakes), shown)


async def _newest(workshop: Workshop, project: Project) -> ModelVersion:
    """The newest version that was tested; raises `Failure` when there is none."""
    tested = [one for one in await workshop.versions(project).all() if one.f1 is not None]
    if not tested:
        raise Failure(f"project {project.name} has no tested version: {results.UNTESTED}")
    return tested[0]


def compare(one: One, other: Other, project: ProjectName = None, as_json: AsJson = False) -> None:
    """Compare two versions label by label.

    Example: logostream model compare v1 v2
    """
    judged = work(lambda workshop: _both(workshop, one, other), project)
    if as_json:
        typer.echo(json.dumps(report.compared_as_json(one, other, *judged), indent=2))
    else:
        Console(highlight=False).print(report.compared(one, other, *judged))


async def _both(workshop: Workshop, one: str, other: str) -> tuple[Evaluation, Evaluation]:
    project = await account.need(workshop)
    first, second = [await account.need_version(workshop, project, name) for name in (one, other)]
    return await results.evaluation(workshop, first), await results.evaluation(workshop, second)
