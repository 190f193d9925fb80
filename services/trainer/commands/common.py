"""What the commands share: the options they have in common, and how they run on an open workshop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

from services.trainer.settings import TrainerSettings
from services.trainer.workshop import Workshop, open_workshop
from shared.config.settings import load
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.runtime.command import FAILED, run
from shared.runtime.loading import INTERRUPTED

Result = TypeVar("Result")

ProjectName = Annotated[
    str | None, typer.Option("--project", help="Project to work on, in the place of LOGOSTREAM_PROJECT.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def work(act: Callable[[Workshop], Awaitable[Result]], project: str | None = None) -> Result:
    """Run a command's coroutine on the account the environment names; failures end it with a sentence."""

    async def opened() -> Result:
        given = {} if project is None else {"project": project}
        async with open_workshop(load(TrainerSettings, **given)) as workshop:
            return await act(workshop)

    return run(opened())


def variables(project: Project, version: ModelVersion) -> str:
    """The settings by which services find a version."""
    return f"LOGOSTREAM_MODEL_ARN={version.arn}\nLOGOSTREAM_PROJECT_ARN={project.arn}"


def ask(question: str) -> bool:
    """Whether the user says yes; never inside a coroutine, where Ctrl-C would not be heard."""
    try:
        return typer.confirm(question)
    except typer.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        raise


def fail(sentence: str) -> NoReturn:
    """End the command with a sentence that names the thing and the cure."""
    typer.echo(f"logostream: {sentence}", err=True)
    raise typer.Exit(FAILED)


def tell(sentence: str) -> None:
    """Say how things go, beside what is printed for programs."""
    Console(stderr=True).print(sentence, style="dim", highlight=False)


class Teller:
    """Tells each thing once, however often it is looked at."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, sentence: str) -> None:
        if sentence != self._told:
            tell(sentence)
        self._told = sentence
