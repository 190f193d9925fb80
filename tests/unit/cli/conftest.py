"""The commands run on fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.cli.settings import CliSettings
from tests.unit.cli.installation import ARN, MODEL, Installation

COMMANDS = (
    "costs.costs",
    "model.running",
    "model.status",
    "operations.redrive",
    "results.brands",
    "results.overlay",
    "results.results",
    "results.review",
    "videos.cancel",
    "videos.status",
    "videos.submit",
)


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Installation:
    fakes = Installation()

    @asynccontextmanager
    async def connect(settings: CliSettings) -> AsyncIterator[Installation]:
        fakes.settings = settings
        yield fakes

    for command in COMMANDS:
        monkeypatch.setattr(f"services.cli.{command}.connect", connect)
    return fakes


@pytest.fixture
def priced(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation with a model, which costs money."""
    monkeypatch.setenv("LOGOSTREAM_MODEL_ARN", ARN)
    monkeypatch.setattr("services.cli.model.named._model", lambda *_: (MODEL, installation.version))
    return installation
