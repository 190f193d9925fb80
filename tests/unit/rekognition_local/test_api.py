"""Promises of the API at large, as an unmodified boto3 client sees them: projects, bad requests, admin."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request

import pytest

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
        ("RekognitionService.DetectCustomLabels", bytes(33 * 1024 * 1024), "ImageTooLargeException"),
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


async def test_faults_that_make_no_sense_are_refused(stand: Stand) -> None:
    for body in ({"throttle_share": 2}, {"throttle_share": 0.6, "error_share": 0.6}, {"thortle": 1}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            await stand.admin("faults", body)
        with caught.value as answer:
            assert answer.code == 400
            assert json.load(answer)["mistakes"]
