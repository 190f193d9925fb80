"""What tests of whole processes share: the command, an environment free of the developer's, and waiting."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOGOSTREAM = [sys.executable, "-m", "services.cli"]


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until `true()`; fails the test after so long. Waits for other processes, whose clocks are real."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds:.0f} s"
        time.sleep(0.2)


def base_environment() -> dict[str, str]:
    """Our own environment without settings that a developer may have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOGOSTREAM_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def heed_ctrl_c() -> None:
    """In a new process: a shell has what it starts in the background ignore Ctrl-C, and so its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def processes_in(folder: Path) -> list[int]:
    """All processes whose working directory is this folder."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _working_directory(entry) == str(folder)
    ]


def _working_directory(process: Path) -> str:
    try:
        return os.readlink(process / "cwd")
    except OSError:  # gone, or a zombie
        return ""


def command_line(pid: int) -> str:
    """The words it was started with, each ending in a NUL; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
