"""Calls at the same time: what one has checked, another may have changed while the first waited for S3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.rekognition_local.errors import (
    ApiError,
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
    ResourceNotReadyException,
)
from services.rekognition_local.operations import OPERATIONS, Reply
from services.rekognition_local.resources.recognizers import ModelUnreadable, Recognizers
from shared.storage.objects import Address
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local import colours
from tests.unit.rekognition_local.pictures import BUCKET, boxed, jsonl, scene
from tests.unit.rekognition_local.stand import Clock, Stand, opened

pytestmark = pytest.mark.real_time

MANIFEST: dict[str, Any] = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "data.manifest"}}}
OUTPUT = {"S3Bucket": BUCKET, "S3KeyPrefix": "output"}


class Busy(FakeObjects):
    """A store before whose every answer something else happens: `meanwhile`."""

    def __init__(self) -> None:
        super().__init__(BUCKET)
        self.meanwhile: Callable[[], Awaitable[Any]] = partial(asyncio.sleep, 0)

    async def get(self, address: Address) -> bytes:
        await self.meanwhile()
        return await super().get(address)

    async def put(self, address: Address, body: bytes, *facts: Any) -> None:
        await self.meanwhile()
        await super().put(address, body, *facts)


@pytest.fixture
async def place() -> Busy:
    return Busy()


@pytest.fixture
async def stand(place: Busy, tmp_path: Path) -> AsyncIterator[Stand]:
    async with opened(tmp_path, place, Clock()) as stand:
        stand.project = (await call(stand, "CreateProject", ProjectName="brands"))["ProjectArn"]
        await stand.put("data.manifest", jsonl(boxed("scene.png", "red")))
        await stand.put("scene.png", scene())
        yield stand


async def call(stand: Stand, operation: str, **parameters: Any) -> Reply:
    return await OPERATIONS[operation](stand.account, parameters)


async def ends(*calls: Awaitable[Reply]) -> list[type[ApiError] | None]:
    """In which errors calls side by side end, or None, the good ends first."""
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, dict | ApiError) for one in ended), ended
    return sorted((type(one) if isinstance(one, ApiError) else None for one in ended), key=bool)


def new_dataset(stand: Stand, kind: str = "TRAIN", **source: Any) -> Awaitable[Reply]:
    return call(stand, "CreateDataset", ProjectArn=stand.project, DatasetType=kind, DatasetSource=source)


def new_version(stand: Stand, name: str) -> Awaitable[Reply]:
    return call(
        stand, "CreateProjectVersion", ProjectArn=stand.project, VersionName=name, OutputConfig=OUTPUT
    )


async def with_datasets(stand: Stand) -> None:
    await new_dataset(stand, "TRAIN", **MANIFEST)
    await new_dataset(stand, "TEST")
    stand.pass_change()


async def test_of_two_datasets_of_a_kind_one_is_made(stand: Stand, place: Busy) -> None:
    place.meanwhile = asyncio.Barrier(2).wait
    both = [new_dataset(stand, **MANIFEST) for _ in range(2)]
    assert await ends(*both) == [None, ResourceAlreadyExistsException]
    assert len(stand.account.store.datasets) == 1


async def test_of_two_versions_of_a_name_one_is_trained(stand: Stand, place: Busy) -> None:
    await with_datasets(stand)
    place.meanwhile = asyncio.Barrier(2).wait
    assert await ends(*(new_version(stand, "v1") for _ in range(2))) == [None, ResourceInUseException]
    assert len(stand.account.store.versions) == 1


async def test_no_more_versions_are_trained_at_a_time_than_allowed(stand: Stand, place: Busy) -> None:
    await with_datasets(stand)
    place.meanwhile = asyncio.Barrier(3).wait
    three = [new_version(stand, name) for name in ("v1", "v2", "v3")]
    assert await ends(*three) == [None, None, LimitExceededException]
    files = {stand.account.store.model_file(one) for one in stand.account.store.versions.values()}
    assert len(files) == 2


async def test_nothing_is_made_in_a_project_that_is_deleted_meanwhile(stand: Stand, place: Busy) -> None:
    place.meanwhile = lambda: call(stand, "DeleteProject", ProjectArn=stand.project)
    assert await ends(new_dataset(stand, **MANIFEST)) == [ResourceNotFoundException]
    named = {"TrainingData": {"Assets": [MANIFEST]}, "TestingData": {"AutoCreate": True}}
    asked = {"ProjectArn": stand.project, "VersionName": "v1", "OutputConfig": OUTPUT, **named}
    assert await ends(call(stand, "CreateProjectVersion", **asked)) == [ResourceNotFoundException]
    stand.pass_change()
    assert stand.account.projects() == []
    assert not stand.account.store.datasets


async def test_a_model_that_is_stopped_meanwhile_detects_nothing(stand: Stand, place: Busy) -> None:
    arn = await stand.train("v1")
    await stand.start(arn)
    place.meanwhile = lambda: call(stand, "StopProjectVersion", ProjectVersionArn=arn)
    image = {"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}}
    detecting = call(stand, "DetectCustomLabels", ProjectVersionArn=arn, Image=image)
    assert await ends(detecting) == [ResourceNotReadyException]


async def test_a_recognizer_is_loaded_once_for_all_that_wait_for_it(tmp_path: Path) -> None:
    loads: list[Path] = []

    def load(model: Path) -> colours.Colours:
        loads.append(model)
        return colours.load(model)

    recognizers = Recognizers(load, threads=2)
    model = tmp_path / "model"
    unreadable = await asyncio.gather(
        *(recognizers.get("arn", model) for _ in range(2)), return_exceptions=True
    )
    assert [type(one) for one in unreadable] == [ModelUnreadable] * 2
    model.write_text('{"red": [0, 0, 255]}')
    first, second = await asyncio.gather(*(recognizers.get("arn", model) for _ in range(2)))
    assert first is second
    assert len(loads) == 2  # one of them failed
    recognizers.close()
