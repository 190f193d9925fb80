"""LocalStack for tests, where LOGOSTREAM_LOCALSTACK names a Python that has it: `make test-localstack`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services.cli.local import localstack
from tests.ministack import free_port, wait_until_ready

# Read once, before any test cleans the environment.
PYTHON = Path(name).absolute() if (name := os.environ.get("LOGOSTREAM_LOCALSTACK")) else None


@contextmanager
def in_place_of(ministack: str, folder: Path) -> Iterator[Mapping[str, str]]:
    """The variables that lead to AWS for the length of a block: to LocalStack if there is one."""
    if not PYTHON:
        yield {"AWS_ENDPOINT_URL": ministack}
        return
    port = free_port()
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **localstack.environment(port, folder)}
    with (folder / "localstack.log").open("wb") as said:
        process = subprocess.Popen(localstack.command(PYTHON), cwd=folder, env=env, stdout=said, stderr=said)
    try:
        wait_until_ready(process, localstack.health(port), folder / "localstack.log")
        yield localstack.endpoints(port, dynamodb=ministack)
    finally:
        process.kill()
        process.wait()
