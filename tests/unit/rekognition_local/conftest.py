"""The stand-in for the tests that drive it: with an empty project, and with a running model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local.pictures import BUCKET
from tests.unit.rekognition_local.stand import Clock, Stand, opened


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """The stand-in with an empty project."""
    async with opened(tmp_path, FakeObjects(BUCKET), Clock()) as stand:
        reply = await stand.call("create_project", ProjectName="brands")
        stand.project = reply["ProjectArn"]
        yield stand


@pytest.fixture
async def running(stand: Stand) -> Stand:
    """The stand-in with a running model of one unit."""
    stand.version = await stand.train("v1")
    await stand.start(stand.version)
    return stand
