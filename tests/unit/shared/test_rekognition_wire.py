"""Rekognition over the wire: a server answers as it would, and botocore itself reads the answers."""

from __future__ import annotations

import pytest

from shared.aws import Clients
from shared.control import ModelState
from shared.messages import BoundingBox, Detection
from shared.objects import Address
from shared.rekognition import (
    CustomLabels,
    Misconfigured,
    ModelStatus,
    ProjectVersion,
    ServiceFault,
)
from tests.unit.shared.aws_server import AwsServer
from tests.unit.shared.test_rekognition import KINDS, MODEL, PROJECT

pytestmark = [pytest.mark.real_time, pytest.mark.asyncio(loop_scope="session")]

FRAME = Address("frames", "frames/cup-1/0000001000.jpg")


async def test_detections_come_with_and_without_boxes(aws: AwsServer, clients: Clients) -> None:
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
    labels = [
        {"Name": "acme", "Confidence": 97.5, "Geometry": {"BoundingBox": box}},
        {"Name": "globex", "Confidence": 40.0},
    ]
    aws.will_answer({"CustomLabels": labels})
    found = await CustomLabels(clients.detection, MODEL, 40.0).detect(FRAME)
    assert found == [
        Detection(label="acme", confidence=97.5, box=BoundingBox(left=0.1, top=0.2, width=0.3, height=0.4)),
        Detection(label="globex", confidence=40.0, box=None),
    ]
    [(operation, asked)] = aws.requests
    assert operation == "DetectCustomLabels"
    assert asked["Image"] == {"S3Object": {"Bucket": "frames", "Name": FRAME.key}}
    assert asked["MinConfidence"] == 40.0


async def test_every_throttle_reaches_us_as_detection_is_asked_once(aws: AwsServer, clients: Clients) -> None:
    detector = CustomLabels(clients.detection, MODEL, 40.0)
    for code, status, kind in KINDS:
        aws.will_fail(code, status)
        with pytest.raises(kind):
            await detector.detect(FRAME)
    assert len(aws.requests) == len(KINDS)


async def test_a_cut_connection_may_be_tried_again(aws: AwsServer, clients: Clients) -> None:
    aws.will_cut()
    with pytest.raises(ServiceFault):
        await CustomLabels(clients.detection, MODEL, 40.0).detect(FRAME)


async def test_a_model_is_looked_at_started_and_stopped(aws: AwsServer, clients: Clients) -> None:
    model = ProjectVersion(clients.models, PROJECT, MODEL)
    aws.will_answer({"ProjectVersionDescriptions": [{"Status": "RUNNING", "MinInferenceUnits": 2}]})
    assert await model.describe() == ModelStatus(ModelState.RUNNING, "", 2)
    aws.will_answer({"Status": "STARTING"})
    await model.start(3)
    aws.will_answer({"Status": "STOPPING"})
    await model.stop()
    assert aws.requests == [
        ("DescribeProjectVersions", {"ProjectArn": PROJECT, "VersionNames": ["cup.2026"]}),
        ("StartProjectVersion", {"ProjectVersionArn": MODEL, "MinInferenceUnits": 3}),
        ("StopProjectVersion", {"ProjectVersionArn": MODEL}),
    ]


async def test_a_model_that_does_not_exist_is_a_mistake_in_the_configuration(
    aws: AwsServer, clients: Clients
) -> None:
    aws.will_answer({"ProjectVersionDescriptions": []})
    with pytest.raises(Misconfigured, match="has no model version named cup"):
        await ProjectVersion(clients.models, PROJECT, MODEL).describe()
