"""`logostream model`: the commands that look after the model itself."""

from __future__ import annotations

import typer

from services.cli.model import making
from services.cli.model.running import start, status, stop

group = typer.Typer(help="Look after the model: start and stop it, see what it does.", no_args_is_help=True)
for command in (status, start, stop):
    group.command()(command)
making.add_to(group)
