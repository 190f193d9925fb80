"""Rekognition's answers and errors, as botocore reads them, become ours: each code one kind."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from pydantic import TypeAdapter

from shared.aws import Clients
from shared.control import ModelState
from shared.messages import BoundingBox, Detection
from shared.objects import Address
from shared.rekognition import (
    AlreadyInUse,
    BadFrame,
    CustomLabels,
    FrameUnavailable,
    Misconfigured,
    ModelArn,
    ModelStatus,
    NotReady,
    ProjectVersion,
    RekognitionError,
    ServiceFault,
    Throttled,
    translated,
    version_name,
)
from tests.unit.shared.aws_server import AwsServer

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/logos/1"
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/cup.2026/2"
FRAME = Address("frames", "frames/cup-1/0000001000.jpg")
KINDS = [
    ("ProvisionedThroughputExceededException", 400, Throttled),
    ("ThrottlingException", 400, Throttled),
    ("ThrottlingException", 500, Throttled),
    ("LimitExceededException", 400, Throttled),
    ("InternalServerError", 500, ServiceFault),
    ("ResourceNotReadyException", 400, NotReady),
    ("ResourceInUseException", 400, AlreadyInUse),
    ("ResourceNotFoundException", 400, Misconfigured),
    ("AccessDeniedException", 400, Misconfigured),
    ("UnrecognizedClientException", 400, Misconfigured),
    ("InvalidSignatureException", 400, Misconfigured),
    ("IncompleteSignatureException", 400, Misconfigured),
    ("MissingAuthenticationTokenException", 400, Misconfigured),
    ("ExpiredTokenException", 400, Misconfigured),
    ("InvalidS3ObjectException", 400, FrameUnavailable),
    ("ImageTooLargeException", 400, BadFrame),
    ("InvalidImageFormatException", 400, BadFrame),
    ("InvalidParameterException", 400, BadFrame),
    ("SomethingNewException", 400, ServiceFault),
]


@pytest.mark.parametrize(("code", "status", "kind"), KINDS)
def test_each_code_is_one_kind_of_error_with_a_sentence(
    code: str, status: int, kind: type[RekognitionError]
) -> None:
    reply = {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    with pytest.raises(RekognitionError) as raised, translated():
        raise ClientError(reply, "DetectCustomLabels")  # type: ignore[arg-type]
    assert type(raised.value) is kind
    assert str(raised.value) == f"DetectCustomLabels: {code}: why"


def test_an_error_without_a_code_is_the_service_s_fault() -> None:
    with pytest.raises(ServiceFault, match="unknown"), translated():
        raise ClientError({}, "DetectCustomLabels")


def test_missing_credentials_are_a_mistake_in_the_configuration() -> None:
    with pytest.raises(Misconfigured, match="credentials"), translated():
        raise NoCredentialsError


def test_a_connection_that_fails_may_be_tried_again() -> None:
    with pytest.raises(ServiceFault, match="did not answer"), translated():
        raise EndpointConnectionError(endpoint_url="http://nowhere")


def test_a_version_is_named_in_its_arn() -> None:
    assert version_name(MODEL) == "cup.2026"


@pytest.mark.parametrize("arn", ["", PROJECT, MODEL + "x", MODEL.replace("123456789012", "1")])
def test_what_is_no_model_arn_is_told_with_the_shape_of_one(arn: str) -> None:
    with pytest.raises(ValueError, match="expected arn:aws:rekognition:REGION"):
        TypeAdapter(ModelArn).validate_python(arn)


# --- over the wire, read by botocore itself


@pytest.mark.real_time
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


@pytest.mark.real_time
async def test_every_throttle_reaches_us_as_detection_is_asked_once(aws: AwsServer, clients: Clients) -> None:
    detector = CustomLabels(clients.detection, MODEL, 40.0)
    for code, status, kind in KINDS:
        aws.will_fail(code, status)
        with pytest.raises(kind):
            await detector.detect(FRAME)
    assert len(aws.requests) == len(KINDS)


@pytest.mark.real_time
async def test_a_cut_connection_may_be_tried_again(aws: AwsServer, clients: Clients) -> None:
    aws.will_cut()
    with pytest.raises(ServiceFault):
        await CustomLabels(clients.detection, MODEL, 40.0).detect(FRAME)


@pytest.mark.real_time
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


@pytest.mark.real_time
async def test_a_model_that_does_not_exist_is_a_mistake_in_the_configuration(
    aws: AwsServer, clients: Clients
) -> None:
    aws.will_answer({"ProjectVersionDescriptions": []})
    with pytest.raises(Misconfigured, match="has no model version named cup"):
        await ProjectVersion(clients.models, PROJECT, MODEL).describe()
