"""The `logostream` command and all its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from services.cli.costs.costs import costs
from services.cli.local.demo import demo
from services.cli.local.stand_in import stand_in
from services.cli.local.up import up
from services.cli.model.group import group as model
from services.cli.operations.prepare import prepare
from services.cli.operations.provision import provision
from services.cli.operations.redrive import redrive
from services.cli.passing import add_passed_on
from services.cli.results.brands import brands
from services.cli.results.overlay import overlay
from services.cli.results.results import results
from services.cli.results.review import review
from services.cli.videos.cancel import cancel
from services.cli.videos.status import status
from services.cli.videos.submit import submit
from shared.runtime.plain_words import PlainWords
from shared.version import VERSION

LOCAL, VIDEOS, MODELS, OPERATIONS = "On this machine", "Videos and brands", "Models and money", "Operations"
COMMANDS: dict[str, list[Callable[..., None]]] = {
    LOCAL: [demo, up],
    VIDEOS: [submit, status, results, brands, overlay, cancel],
    MODELS: [costs],
    OPERATIONS: [provision, prepare, redrive],
}
EXTRACT = "Write a video's frames into a folder, each named after its exact time; local files need no AWS."
TEARDOWN = "Remove all that this installation made, after showing the list and asking."

app = typer.Typer(
    cls=PlainWords,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"logostream {VERSION}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
]


@app.callback()
def logostream(_: Version = False) -> None:
    """Find brand logos in video and tell how long and how large each was on screen."""


for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
add_passed_on(app, "extract", "services.extractor.command", EXTRACT, LOCAL)
app.command(name="stand-in", rich_help_panel=LOCAL)(stand_in)
app.add_typer(review, name="review", rich_help_panel=VIDEOS)
app.add_typer(model, name="model", rich_help_panel=MODELS)
add_passed_on(app, "teardown", "services.trainer", TEARDOWN, OPERATIONS, "teardown")
