"""Promises of starting and stopping a model, as boto3 sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local.pictures import BUCKET, scene
from tests.unit.rekognition_local.stand import Clock, Stand, opened

pytestmark = pytest.mark.real_time


async def test_botocores_waiter_sees_the_model_run(stand: Stand) -> None:
    version = await stand.train("v1")
    stand.clock.step = 1.0
    await stand.call(
        "start_project_version", ProjectVersionArn=version, MinInferenceUnits=1, MaxInferenceUnits=2
    )
    await stand.wait("project_version_running", ProjectArn=stand.project, VersionNames=["v1"])
    described = await stand.described()
    assert (described["MinInferenceUnits"], described["MaxInferenceUnits"]) == (1, 2)


async def test_a_model_goes_through_all_states_and_is_deleted(stand: Stand) -> None:
    version = await stand.train("v1")
    seen = []
    reply = await stand.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=1)
    seen += [reply["Status"], (await stand.described())["Status"]]
    stand.clock.now += stand.account.settings.start_seconds
    seen.append((await stand.described())["Status"])
    seen.append((await stand.call("stop_project_version", ProjectVersionArn=version))["Status"])
    assert (await stand.code("delete_project_version", ProjectVersionArn=version))[0] == (
        "ResourceInUseException"
    )
    stand.clock.now += stand.account.settings.stop_seconds
    seen.append((await stand.described())["Status"])
    assert seen == ["STARTING", "STARTING", "RUNNING", "STOPPING", "STOPPED"]
    await stand.call("delete_project_version", ProjectVersionArn=version)
    assert (await stand.described())["Status"] == "DELETING"
    stand.pass_change()
    assert (await stand.code("stop_project_version", ProjectVersionArn=version))[0] == (
        "ResourceNotFoundException"
    )


async def test_a_restart_keeps_projects_and_models_and_a_running_model_runs_on(tmp_path: Path) -> None:
    objects, clock = FakeObjects(BUCKET), Clock()
    async with opened(tmp_path, objects, clock) as stand:
        stand.project = (await stand.call("create_project", ProjectName="brands"))["ProjectArn"]
        version = await stand.train("v1")
        await stand.start(version)
    async with opened(tmp_path, objects, clock) as stand:
        stand.version = version
        (found,) = await stand.detect({"Bytes": scene()})
        assert found["Name"] == "red"


async def test_units_above_the_limit_and_a_second_start_are_refused(running: Stand) -> None:
    start = {"ProjectVersionArn": running.version, "MinInferenceUnits": 1}
    assert await running.code("start_project_version", **start) == ("ResourceInUseException", 400)
    other = await running.train("v2")
    start = {"ProjectVersionArn": other, "MinInferenceUnits": 6}
    assert await running.code("start_project_version", **start) == ("LimitExceededException", 400)
