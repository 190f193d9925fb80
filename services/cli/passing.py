"""Commands that are another service's own: its process takes the place of this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

from shared.runtime.loading import hold_interrupts


def add_passed_on(app: typer.Typer, name: str, module: str, help_: str, panel: str, *words: str) -> None:
    """Add a command, below a heading of the help, that `python -m module words…` carries out.

    Its options, --help among them, are the module's own.
    """
    any_options = {"allow_extra_args": True, "ignore_unknown_options": True}
    add = app.command(
        name, help=help_, add_help_option=False, context_settings=any_options, rich_help_panel=panel
    )
    add(_passed_on(module, *words))


def _passed_on(module: str, *words: str) -> Callable[[typer.Context], None]:
    def command(context: typer.Context) -> None:
        hold_interrupts()
        # Not a child: Ctrl-C is for the other to hear.
        os.execv(sys.executable, [sys.executable, "-m", module, *words, *context.args])

    return command
