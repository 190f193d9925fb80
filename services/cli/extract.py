"""`logostream extract`: the extractor's own command, run as a process like every other service."""

from __future__ import annotations

import subprocess
import sys

import typer


def extract(context: typer.Context) -> None:
    """Write a video's frames to a folder, each named after its exact time; no AWS needed for local files.

    Example: logostream extract match.mp4 --every 0.5 --contact-sheet · logostream extract --help
    """
    command = [sys.executable, "-m", "services.extractor.command", *context.args]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
