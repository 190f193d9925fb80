"""The `logostream model` commands that make models: the trainer's own."""

from __future__ import annotations

import typer

from services.cli.passing import add_passed_on

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


def add_to(group: typer.Typer, panel: str) -> None:
    """Add the commands to the group, below this heading of its help."""
    for word, help_ in COMMANDS.items():
        add_passed_on(group, word, "services.trainer", help_, panel, word)
