"""Programs that some tests need and not every machine has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / ".venv-deploy/bin"
FROM = {
    "promtool": "Debian's package promtool has it, from trixie on",
    "prometheus": "Debian's package prometheus has it",
    "kustomize": "Debian's package kustomize has it, from trixie on",
    "docker-compose": "Debian's package docker-compose has it, from trixie on",
}


def need(program: str) -> str:
    """The path of a program, our environment's first; skips the test without it, and fails it in CI."""
    path = shutil.which(program, path=f"{DEPLOY}:{os.environ['PATH']}:/usr/libexec/docker/cli-plugins")
    if not path:
        lacking(f"{program} is not installed: {FROM.get(program, 'run `make setup-deploy`')}")
    return path


def lacking(reason: str) -> NoReturn:
    """Skip the test, as a program is lacking; in CI, which installs them all, that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
