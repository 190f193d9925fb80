"""How the local stack tells what it does: a line with the time for each step, and that it is not stuck."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

NAME = "logostream"


class Telling:
    """What is told on a console, each line with the seconds since the first."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Tell of one step."""
        self._console.print(
            f"[dim]{time.monotonic() - self._started:5.1f} s[/dim]  {text}", highlight=False, soft_wrap=True
        )

    @contextmanager
    def waiting(self, text: str, hint: str) -> Iterator[None]:
        """Tell of a step that takes long; on a terminal something moves beside the hint until it is done."""
        self.say(text)
        with self._console.status(f"[dim]{hint}[/dim]"):
            yield

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Say at once that Ctrl-C was heard: services take some seconds to hand back what they have."""
        try:
            yield
        except asyncio.CancelledError:
            self.say("stopping everything; once more kills what does not listen")
            raise


def elsewhere(environment: Path, words: str) -> str:
    """What another terminal types to reach the stack that this environment leads to."""
    command = NAME if shutil.which(NAME) else shlex.quote(sys.argv[0])
    return f"source {environment} && {command} {words}"
