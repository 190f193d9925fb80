"""The `logostream` command."""

from __future__ import annotations

from collections.abc import Callable

import typer

from services.cli.brands import brands
from services.cli.cancel import cancel
from services.cli.costs import costs
from services.cli.demo import demo
from services.cli.extract import extract
from services.cli.model.group import group as model
from services.cli.model.making import PASSED_ON, passed_on
from services.cli.overlay import overlay
from services.cli.prepare import prepare
from services.cli.provision import provision
from services.cli.redrive import redrive
from services.cli.results import results
from services.cli.review import review
from services.cli.stand_in import stand_in
from services.cli.status import status
from services.cli.submit import submit
from services.cli.up import up

COMMANDS: list[Callable[..., None]] = [
    demo,
    up,
    submit,
    status,
    results,
    brands,
    overlay,
    cancel,
    redrive,
    provision,
    prepare,
    costs,
]

app = typer.Typer(
    help="Find brand logos in video and tell how long and how large each was on screen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Its options, --help among them, are the extractor's own.
app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(extract)
for command in COMMANDS:
    app.command()(command)
app.command(name="stand-in")(stand_in)
app.add_typer(model, name="model")
app.add_typer(review, name="review")
# The trainer's own, too.
app.command(
    help="Remove all that this installation made, after showing the list and asking.",
    add_help_option=False,
    context_settings=PASSED_ON,
)(passed_on("teardown"))


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
