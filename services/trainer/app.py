"""The commands behind `logostream model` and `logostream teardown`: `python -m services.trainer`."""

from __future__ import annotations

import typer

from services.trainer.commands import dataset
from services.trainer.commands.create import create, list_versions
from services.trainer.commands.delete import delete
from services.trainer.commands.evaluate import compare, evaluate
from services.trainer.commands.promote import copy, promote
from services.trainer.commands.teardown import teardown
from services.trainer.commands.train import train
from shared.runtime.plain_words import PlainWords

app = typer.Typer(
    cls=PlainWords,
    help="Make models: from labelled pictures to an evaluated version in service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(dataset.app, name="dataset")
app.command(name="list")(list_versions)
for command in (create, train, evaluate, compare, promote, copy, delete, teardown):
    app.command()(command)
