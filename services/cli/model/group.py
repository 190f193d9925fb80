"""`logostream model`: the commands that look after the model itself."""

from __future__ import annotations

import typer

from services.cli.model import making
from services.cli.model.running import start, stop
from services.cli.model.status import status

group = typer.Typer(help="Make models, start and stop them, see what they do.", no_args_is_help=True)
for command in (status, start, stop):
    group.command(rich_help_panel="Run it")(command)
making.add_to(group, "Make it")
