"""Promises of the API at large, as an unmodified boto3 client sees them: projects, bad requests, admin."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.unit.rekognition_local.pictures import scene
from tests.unit.rekognition_local.stand import Stand

pytestmark = pytest.mark.real_time


async def test_a_project_is_made_listed_and_deleted(stand: Stand) -> None:
    (project,) = (await stand.call("describe_projects"))["ProjectDescriptions"]
    assert project["ProjectArn"] == stand.project
    assert stand.project.startswith("arn:aws:rekognition:eu-west-1:000000000000:project/brands/")
    assert project["Status"] == "CREATED"
    await stand.call("delete_project", ProjectArn=stand.project)
    (project,) = (await stand.call("describe_projects"))["ProjectDescriptions"]
    assert project["Status"] == "DELETING"
    stand.pass_change()
    assert not (await stand.call("describe_projects"))["ProjectDescriptions"]


async def test_a_project_name_is_taken_once(stand: Stand) -> None:
    assert await stand.code("create_project", ProjectName="brands") == ("ResourceInUseException", 400)


async def test_a_project_with_versions_is_not_deleted(stand: Stand) -> None:
    await stand.train("v1")
    assert await stand.code("delete_project", ProjectArn=stand.project) == ("ResourceInUseException", 400)


async def test_the_paginator_yields_every_project_once_newest_first(stand: Stand) -> None:
    for number in range(6):
        await stand.call("create_project", ProjectName=f"p{number}")

    def names() -> list[str]:
        pages = stand.client.get_paginator("describe_projects").paginate(PaginationConfig={"PageSize": 2})
        return [one["ProjectArn"].split("/")[1] for page in pages for one in page["ProjectDescriptions"]]

    assert await asyncio.to_thread(names) == ["p5", "p4", "p3", "p2", "p1", "p0", "brands"]


async def test_a_token_of_our_own_making_is_refused(stand: Stand) -> None:
    got = await stand.code("describe_projects", NextToken="next")
    assert got == ("InvalidPaginationTokenException", 400)


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        ("RekognitionService.DescribeProjects", b"{", "SerializationException"),
        ("RekognitionService.DescribeProjects", b"[]", "SerializationException"),
        ("RekognitionService.DescribeProjects", b'{"MaxResults": 0}', "InvalidParameterException"),
        ("RekognitionService.CreateProject", b"{}", "InvalidParameterException"),
        ("RekognitionService.CreateProject", b'{"ProjectName": "a b"}', "InvalidParameterException"),
        ("RekognitionService.CompareFaces", b"{}", "UnknownOperationException"),
        ("SomethingElse.CreateProject", b"{}", "UnknownOperationException"),
        pytest.param(
            "RekognitionService.DetectCustomLabels",
            bytes(33 * 1024 * 1024),
            "ImageTooLargeException",
            id="33 MB",  # made of the bytes themselves, the test's name would be longer still
        ),
    ],
)
async def test_a_request_that_is_none_is_told_so(
    stand: Stand, target: str, body: bytes, expected: str
) -> None:
    def post() -> dict[str, str]:
        request = urllib.request.Request(stand.url, body, {"X-Amz-Target": target})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        with caught.value as answer:
            assert answer.code == 400
            return dict(json.load(answer))

    assert (await asyncio.to_thread(post))["__type"] == expected


async def test_the_bill_is_running_time_and_outlives_the_model(running: Stand) -> None:
    running.clock.now += 1800
    bill = await running.admin("billing")
    assert (bill["unit_seconds"], bill["dollars"]) == (1800, 2.0)
    assert bill["versions"][0]["state"] == "RUNNING"
    await running.call("stop_project_version", ProjectVersionArn=running.version)
    running.clock.now += 1800
    await running.call("delete_project_version", ProjectVersionArn=running.version)
    running.pass_change()
    bill = await running.admin("billing")
    assert (bill["unit_seconds"], bill["versions"]) == (1800, [])


async def test_faults_are_injected_on_demand_and_taken_away(running: Stand) -> None:
    await running.admin("faults", {"throttle_share": 1})
    assert await running.detect_code({"Bytes": scene()}) == "ProvisionedThroughputExceededException"
    await running.admin("faults", {"error_share": 1})
    assert await running.detect_code({"Bytes": scene()}) == "InternalServerError"
    await running.admin("faults", {})
    assert await running.detect({"Bytes": scene()})


async def test_a_connection_is_cut_off_without_an_answer(running: Stand) -> None:
    await running.admin("faults", {"drop_share": 1})
    with pytest.raises(ConnectionClosedError):
        await running.detect({"Bytes": scene()})
    await running.admin("faults", {})
    assert await running.detect({"Bytes": scene()})


async def test_any_error_of_the_service_can_be_had(running: Stand) -> None:
    for code in ("AccessDeniedException", "LimitExceededException", "InvalidS3ObjectException"):
        await running.admin("faults", {"error_share": 1, "error_code": code})
        assert await running.detect_code({"Bytes": scene()}) == code


async def test_starts_are_slow_or_fail_when_told_to(stand: Stand) -> None:
    version = await stand.train("v1")
    await stand.admin("faults", {"start_seconds": 900, "failing_starts": 1})
    await stand.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=1)
    stand.clock.now += 899
    assert (await stand.described())["Status"] == "STARTING"
    stand.clock.now += 1
    assert (await stand.described())["Status"] == "FAILED"
    await stand.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=1)
    stand.clock.now += 900
    assert (await stand.described())["Status"] == "RUNNING"


async def test_each_operation_that_is_no_detection_has_a_quota_of_its_own(stand: Stand) -> None:
    stand.account.settings = stand.account.settings.model_copy(update={"control_calls_per_second": 3})
    for _ in range(3):
        await stand.call("describe_project_versions", ProjectArn=stand.project)
    got = await stand.code("describe_project_versions", ProjectArn=stand.project)
    assert got == ("ThrottlingException", 400)
    await stand.call("describe_projects")
    stand.clock.now += 1
    await stand.call("describe_project_versions", ProjectArn=stand.project)


async def test_faults_that_make_no_sense_are_refused(stand: Stand) -> None:
    for body in ({"throttle_share": 2}, {"throttle_share": 0.6, "error_share": 0.6}, {"thortle": 1}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            await stand.admin("faults", body)
        with caught.value as answer:
            assert answer.code == 400
            assert json.load(answer)["mistakes"]
