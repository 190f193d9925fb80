"""The command line as a terminal shows it."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType
from typer.testing import CliRunner, Result

from services.cli.app import app


def logostream(*words: str) -> Result:
    """Run the command with these words."""
    return CliRunner().invoke(app, words, terminal_width=140, env={"COLUMNS": "140"})


def drawn(picture: RenderableType, width: int = 140) -> str:
    """A picture as text."""
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(picture)
    return console.export_text()
