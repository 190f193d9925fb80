"""The `logostream model` commands that make models: the trainer's own, run in the place of this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

COMMANDS = {
    "create": "Make the Custom Labels project, if it is not there.",
    "dataset": "Check, see, fetch and import labelled pictures.",
    "train": "Train a version on the project's datasets.",
    "list": "List the project's versions.",
    "evaluate": "Tell how good a version is: F1, precision, recall, thresholds, confusion, worst pictures.",
    "compare": "Compare two versions label by label.",
    "promote": "Put a version into service in the place of another, if it is good enough.",
    "copy": "Copy a trained version into another project.",
    "delete": "Delete a version, or the whole project, in the order AWS accepts.",
}
# Their options, --help among them, are the trainer's own.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(group: typer.Typer, panel: str) -> None:
    """Add the commands to the group, below this heading of its help."""
    for word, help_ in COMMANDS.items():
        add = group.command(
            word, help=help_, add_help_option=False, context_settings=PASSED_ON, rich_help_panel=panel
        )
        add(passed_on(word))


def passed_on(word: str) -> Callable[[typer.Context], None]:
    """A command that the trainer carries out."""

    def command(context: typer.Context) -> None:
        words = [sys.executable, "-m", "services.trainer", word, *context.args]
        os.execv(sys.executable, words)  # not a child: Ctrl-C is for the trainer to hear

    command.__name__ = word
    return command
