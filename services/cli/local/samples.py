"""The sample material: made once, in processes of its own, and kept below the local folder."""

from __future__ import annotations

import sys
from pathlib import Path

from services.cli.local.installation import FOLDER
from services.cli.local.stack import Stack

SAMPLES = FOLDER / "samples"
VIDEOS = ("match", "race")


async def sample_logos(stack: Stack) -> Path:
    """The folder with a picture of each invented brand."""
    await _make(stack, "logos")
    return SAMPLES / "logos"


async def sample_video(stack: Stack, name: str) -> Path:
    """The path of a sample video."""
    await _make(stack, name)
    return SAMPLES / f"{name}.mp4"


async def _make(stack: Stack, name: str) -> None:
    command = [sys.executable, "-m", "services.samples", "--out", str(SAMPLES), "--only", name]
    await stack.do(f"sample-{name}", command)
