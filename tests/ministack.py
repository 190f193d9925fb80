"""The embedded AWS for tests: MiniStack as a subprocess on a free port of the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import lacking

ROOT = Path(__file__).parents[1]
# Read once, before any test cleans the environment.
PROGRAM = Path(os.environ.get("LOGOSTREAM_MINISTACK", ROOT / ".venv-aws/bin/ministack"))
READY_WITHIN = 180.0  # seconds; a few suffice on a quiet machine


def require() -> None:
    """Skip the test where MiniStack is not installed; in CI that is a failure."""
    if not PROGRAM.is_file():
        lacking(f"{PROGRAM} does not exist: run `make setup`, or set LOGOSTREAM_MINISTACK")


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run MiniStack for the length of a block; yields its address. `folder` gets its log."""
    port = free_port()
    # Nothing of the developer's environment may reach it, and it may reach nothing of the developer's.
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
    }
    with (folder / "ministack.log").open("wb") as said:
        process = subprocess.Popen([str(PROGRAM)], cwd=folder, env=env, stdout=said, stderr=said)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(process, f"{address}/_ministack/health", folder / "ministack.log")
        yield address
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """A TCP port of the loopback that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], page: str, log: Path) -> None:
    """Return once a GET of `page` is answered; an emulator that does not come up fails the tests."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"an emulator ended with exit code {process.returncode}: see {log}")
        try:
            with urllib.request.urlopen(page, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"an emulator did not come up within {READY_WITHIN:.0f} s: see {log}")
