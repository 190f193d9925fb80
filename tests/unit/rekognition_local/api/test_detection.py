"""Promises of DetectCustomLabels, as boto3 sees them."""

from __future__ import annotations

import pytest

from services.rekognition_local.resources import throughput
from tests.unit.rekognition_local.pictures import BUCKET, RED, picture, scene
from tests.unit.rekognition_local.stand import Stand

pytestmark = pytest.mark.real_time

NOWHERE = "arn:aws:rekognition:eu-west-1:000000000000:project/none/version/v1/1"


async def test_a_logo_is_found_where_it_is(running: Stand) -> None:
    (found,) = await running.detect({"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}})
    assert (found["Name"], found["Confidence"]) == ("red", pytest.approx(60.0))
    box = {"Left": 0.1, "Top": 0.1, "Width": 0.2, "Height": 0.3}
    assert found["Geometry"] == {"BoundingBox": pytest.approx(box)}


async def test_bytes_and_jpeg_are_taken_too(running: Stand) -> None:
    assert [one["Name"] for one in await running.detect({"Bytes": scene(".jpg")})] == ["red"]


async def test_confidence_and_number_of_labels_are_bounded_as_asked(running: Stand) -> None:
    image = {"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}}
    everything = await running.detect(image, MinConfidence=0)
    assert [one["Name"] for one in everything] == ["red", "green"]
    assert await running.detect(image, MinConfidence=0, MaxResults=1) == everything[:1]
    assert await running.detect(image, MinConfidence=61) == []


async def test_only_a_running_model_detects(stand: Stand) -> None:
    stand.version = await stand.train("v1")
    assert await stand.detect_code({"Bytes": scene()}) == "ResourceNotReadyException"
    await stand.call("start_project_version", ProjectVersionArn=stand.version, MinInferenceUnits=1)
    assert await stand.detect_code({"Bytes": scene()}) == "ResourceNotReadyException"
    stand.clock.now += stand.account.settings.start_seconds
    assert await stand.detect({"Bytes": scene()})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"neither", "InvalidImageFormatException"),
        (scene()[:200], "InvalidImageFormatException"),
        (picture(RED, 4097, 300), "ImageTooLargeException"),
        (scene() + bytes(4 * 1024 * 1024), "ImageTooLargeException"),
        (picture(RED, 63, 64), "InvalidParameterException"),
        (picture(RED, 64, 1281), "InvalidParameterException"),
    ],
    ids=("no picture", "cut off", "too wide", "too many bytes", "too narrow", "too high"),
)
async def test_a_bad_image_is_refused_with_its_code(running: Stand, body: bytes, expected: str) -> None:
    assert await running.detect_code({"Bytes": body}) == expected


async def test_an_object_out_of_reach_is_refused_with_its_code(running: Stand) -> None:
    missing = {"S3Object": {"Bucket": BUCKET, "Name": "missing.png"}}
    assert await running.detect_code(missing) == "InvalidS3ObjectException"
    assert await running.detect_code({}) == "InvalidParameterException"
    running.version = NOWHERE
    assert await running.detect_code(missing) == "ResourceNotFoundException"


async def test_a_failing_s3_is_an_error_of_the_service(running: Stand) -> None:
    running.objects.faults.refuse["get"] = 1
    image = {"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}}
    assert await running.detect_code(image) == "InternalServerError"


async def test_the_units_of_the_model_bound_its_rate(running: Stand) -> None:
    rate = running.account.settings.frames_per_second_per_unit
    for _ in range(int(rate)):
        await running.detect({"Bytes": scene()})
    assert await running.detect_code({"Bytes": scene()}) == "ProvisionedThroughputExceededException"
    running.clock.now += 1 / rate
    await running.detect({"Bytes": scene()})
    assert await running.detect_code({"Bytes": scene()}) == "ProvisionedThroughputExceededException"


async def test_the_account_bounds_the_rate_over_all_models(stand: Stand) -> None:
    stand.version = NOWHERE
    codes = [await stand.detect_code({"Bytes": scene()}) for _ in range(51)]
    assert codes.index("ThrottlingException") == throughput.DETECTIONS_PER_SECOND


async def test_a_model_file_that_is_gone_is_told(running: Stand) -> None:
    running.account.recognizers.forget(running.version)
    version = running.account.version(running.version)
    running.account.store.model_file(version).unlink()
    assert await running.detect_code({"Bytes": scene()}) == "InternalServerError"
