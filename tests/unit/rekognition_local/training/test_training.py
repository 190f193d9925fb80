"""Promises of training a model version, as boto3 sees them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local import colours
from tests.unit.rekognition_local.pictures import BUCKET, RED, boxed, picture, scene
from tests.unit.rekognition_local.stand import Clock, Stand, opened

pytestmark = pytest.mark.real_time


async def test_training_from_boxes_and_from_logos_alone_ends_completed(stand: Stand) -> None:
    await stand.train("v1")
    version = await stand.described()
    assert version["Status"] == "TRAINING_COMPLETED"
    manifest = version["TrainingDataResult"]["Input"]["Assets"][0]["GroundTruthManifest"]
    assert manifest["S3Object"] == {"Bucket": BUCKET, "Name": "v1.manifest"}
    assert version["OutputConfig"] == {"S3Bucket": BUCKET, "S3KeyPrefix": "output"}
    assert "TrainingEndTimestamp" in version


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "no labelled picture"),
        ([boxed("missing.png", "red")], "s3://logos/missing.png does not exist"),
        ([boxed("tiny.png", "red")], "sides begin at 64 pixels"),
        ([{"source-ref": "s3://logos/scene.png"}], "line 1: no label attribute"),
        ([boxed("scene.png", "unlearnable")], "cannot be learnt"),
    ],
)
async def test_material_that_cannot_train_ends_failed_with_a_sentence(
    stand: Stand, lines: list[dict[str, Any]], sentence: str
) -> None:
    await stand.put("scene.png", scene())
    await stand.put("tiny.png", picture(RED, 63, 63))
    await stand.create_version("v1", *lines)
    with pytest.raises(WaiterError):
        await stand.wait("project_version_training_completed", ProjectArn=stand.project, VersionNames=["v1"])
    version = await stand.described()
    assert version["Status"] == "TRAINING_FAILED"
    assert sentence in version["StatusMessage"]


async def test_a_fifth_of_bad_lines_does_not_fail_the_training(stand: Stand) -> None:
    lines = []
    for number in range(4):
        await stand.put(f"{number}.png", scene())
        lines.append(boxed(f"{number}.png", "red"))
    await stand.create_version("v1", *lines, boxed("missing.png", "red"))
    await stand.wait("project_version_training_completed", ProjectArn=stand.project, VersionNames=["v1"])


async def test_a_version_needs_both_data_sets_and_a_free_name(stand: Stand) -> None:
    await stand.train("v1")
    output = {"S3Bucket": BUCKET, "S3KeyPrefix": ""}
    asked = {"ProjectArn": stand.project, "VersionName": "v2", "OutputConfig": output}
    assert (await stand.code("create_project_version", **asked))[0] == "InvalidParameterException"
    assets = (await stand.described())["TrainingDataResult"]["Input"]
    asked |= {"VersionName": "v1", "TrainingData": assets, "TestingData": {"AutoCreate": True}}
    assert (await stand.code("create_project_version", **asked))[0] == "ResourceInUseException"
    asked |= {"VersionName": "v2", "TestingData": {**assets, "AutoCreate": True}}
    assert (await stand.code("create_project_version", **asked))[0] == "InvalidParameterException"


async def test_versions_are_paged_by_botocore(stand: Stand) -> None:
    for name in ("v1", "v2", "v3"):
        await stand.train(name)

    def names() -> list[str]:
        paginator = stand.client.get_paginator("describe_project_versions")
        pages = paginator.paginate(ProjectArn=stand.project, PaginationConfig={"PageSize": 1})
        arns = [one["ProjectVersionArn"] for page in pages for one in page["ProjectVersionDescriptions"]]
        return [arn.split("/")[3] for arn in arns]

    assert await asyncio.to_thread(names) == ["v3", "v2", "v1"]


async def never(*_: Any) -> None:
    """Learn and never come to an end."""
    await asyncio.Event().wait()


async def test_a_third_training_at_a_time_is_refused_and_a_restart_resumes_them(tmp_path: Path) -> None:
    objects = FakeObjects(BUCKET)
    async with opened(tmp_path, objects, Clock(), never) as stand:
        stand.project = project = (await stand.call("create_project", ProjectName="brands"))["ProjectArn"]
        await stand.put("scene.png", scene())
        for name in ("v1", "v2"):
            await stand.create_version(name, boxed("scene.png", "red"))
        with pytest.raises(ClientError, match="LimitExceededException"):
            await stand.create_version("v3", boxed("scene.png", "red"))
    async with opened(tmp_path, objects, Clock(), colours.learn) as stand:
        await stand.wait("project_version_training_completed", ProjectArn=project, VersionNames=["v1", "v2"])


async def test_a_mistake_of_ours_while_training_is_written_on_the_version(tmp_path: Path) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    async with opened(tmp_path, FakeObjects(BUCKET), Clock(), broken) as stand:
        stand.project = (await stand.call("create_project", ProjectName="brands"))["ProjectArn"]
        await stand.put("scene.png", scene())
        await stand.create_version("v1", boxed("scene.png", "red"))
        with pytest.raises(WaiterError):
            await stand.wait("project_version_training_completed", ProjectArn=stand.project)
        assert (await stand.described())["StatusMessage"].endswith("ZeroDivisionError: by zero")
