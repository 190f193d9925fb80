"""A workshop whose Rekognition is the stand-in, at work in this process, and whose bucket is a fake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.trainer.settings import TrainerSettings
from services.trainer.workshop import Workshop
from shared.aws.clients import clients
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local.pictures import BUCKET
from tests.unit.rekognition_local.stand import Clock, Stand, opened


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """The stand-in; each look at its clock lets a second pass, so that what is waited for comes."""
    objects = FakeObjects(BUCKET, "logostream-training")
    async with opened(tmp_path / "state", objects, Clock(step=1.0)) as stand:
        yield stand


@pytest.fixture
async def workshop(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workshop]:
    """A workshop on the stand-in, which looks often."""
    for name, value in {
        "AWS_ENDPOINT_URL": stand.url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
    }.items():
        monkeypatch.setenv(name, value)
    async with clients() as aws:
        settings = TrainerSettings(project="brands", poll_seconds=0.005)
        yield Workshop(settings, aws, stand.objects)
