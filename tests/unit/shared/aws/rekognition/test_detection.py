"""Frames examined over the wire: what each call asks Rekognition for, and what its answers become."""

from __future__ import annotations

from typing import Any

import pytest

from shared.aws.clients import Clients
from shared.aws.rekognition.detection import CustomLabels, Labels, Moderation, TextReader
from shared.messaging.messages import BoundingBox, Detection
from shared.models.detection import Seen, Text, Word
from shared.models.rekognition import ServiceFault
from shared.storage.objects import Address
from tests.unit.shared.aws.aws_server import AwsServer
from tests.unit.shared.aws.rekognition.refusals import KINDS, MODEL

pytestmark = [pytest.mark.real_time, pytest.mark.asyncio(loop_scope="session")]

FRAME = Address("frames", "frames/cup-1/0000001000.jpg")
IMAGE = {"S3Object": {"Bucket": "frames", "Name": FRAME.key}}
WIRE_BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
BOX = BoundingBox(left=0.1, top=0.2, width=0.3, height=0.4)


async def test_logos_come_with_and_without_boxes(aws: AwsServer, clients: Clients) -> None:
    labels = [
        {"Name": "acme", "Confidence": 97.5, "Geometry": {"BoundingBox": WIRE_BOX}},
        {"Name": "globex", "Confidence": 40.0},
    ]
    aws.will_answer({"CustomLabels": labels})
    assert await CustomLabels(clients.detection, MODEL, 40.0).detect(FRAME) == Seen(
        "logos/cup.2026",
        [
            Detection(label="acme", confidence=97.5, box=BOX),
            Detection(label="globex", confidence=40.0, box=None),
        ],
    )
    assert aws.requests == [
        ("DetectCustomLabels", {"ProjectVersionArn": MODEL, "Image": IMAGE, "MinConfidence": 40.0})
    ]


async def test_a_label_is_reported_at_each_of_its_places(aws: AwsServer, clients: Clients) -> None:
    places = [{"BoundingBox": WIRE_BOX, "Confidence": 90.0}, {"BoundingBox": WIRE_BOX, "Confidence": 60.0}]
    labels = [
        {"Name": "Car", "Confidence": 95.0, "Instances": places},
        {"Name": "Sport", "Confidence": 80.0, "Instances": []},
    ]
    aws.will_answer({"Labels": labels, "LabelModelVersion": "3.0"})
    assert await Labels(clients.detection, ["Car", "Sport"], ["Person"], 55.0).detect(FRAME) == Seen(
        "labels:3.0",
        [
            Detection(label="Car", confidence=90.0, box=BOX),
            Detection(label="Car", confidence=60.0, box=BOX),
            Detection(label="Sport", confidence=80.0, box=None),
        ],
    )
    filters = {"LabelInclusionFilters": ["Car", "Sport"], "LabelExclusionFilters": ["Person"]}
    [(operation, asked)] = aws.requests
    assert (operation, asked) == (
        "DetectLabels",
        {
            "Image": IMAGE,
            "MinConfidence": 55.0,
            "Features": ["GENERAL_LABELS"],
            "Settings": {"GeneralLabels": filters},
        },
    )


async def test_without_filters_all_labels_are_asked_for(aws: AwsServer, clients: Clients) -> None:
    aws.will_answer({"Labels": [], "LabelModelVersion": "3.0"})
    assert await Labels(clients.detection, [], [], 55.0).detect(FRAME) == Seen("labels:3.0", [])
    [(_, asked)] = aws.requests
    assert asked["Settings"] == {"GeneralLabels": {}}


@pytest.mark.parametrize(
    ("adapter", "model", "asked_for"),
    [(None, "moderation:7.0", {}), (MODEL, "logos/cup.2026", {"ProjectVersion": MODEL})],
)
async def test_moderation_goes_by_rekognition_s_model_or_an_adapter_of_ours(
    aws: AwsServer, clients: Clients, adapter: str | None, model: str, asked_for: dict[str, Any]
) -> None:
    labels = [{"Name": "Alcohol", "ParentName": "", "Confidence": 88.0, "TaxonomyLevel": 1}]
    aws.will_answer({"ModerationLabels": labels, "ModerationModelVersion": "7.0"})
    assert await Moderation(clients.detection, adapter, 50.0).detect(FRAME) == Seen(
        model, [Detection(label="Alcohol", confidence=88.0, box=None)]
    )
    assert aws.requests == [("DetectModerationLabels", {"Image": IMAGE, "MinConfidence": 50.0, **asked_for})]


async def test_words_are_read_with_their_lines(aws: AwsServer, clients: Clients) -> None:
    geometry = {"BoundingBox": WIRE_BOX}
    texts = [
        {"DetectedText": "ACME BANK", "Type": "LINE", "Id": 0, "Confidence": 99.0, "Geometry": geometry},
        {
            "DetectedText": "ACME",
            "Type": "WORD",
            "Id": 1,
            "ParentId": 0,
            "Confidence": 98.0,
            "Geometry": geometry,
        },
    ]
    aws.will_answer({"TextDetections": texts, "TextModelVersion": "3.0"})
    assert await TextReader(clients.detection, 70.0).read(FRAME) == Text(
        "text:3.0", [Word("ACME", 98.0, BOX, 0)]
    )
    assert aws.requests == [
        ("DetectText", {"Image": IMAGE, "Filters": {"WordFilter": {"MinConfidence": 70.0}}})
    ]


async def test_every_throttle_reaches_us_as_detection_is_asked_once(aws: AwsServer, clients: Clients) -> None:
    detectors = [
        CustomLabels(clients.detection, MODEL, 40.0).detect,
        Labels(clients.detection, [], [], 40.0).detect,
        Moderation(clients.detection, None, 40.0).detect,
        TextReader(clients.detection, 40.0).read,
    ]
    for call in detectors:
        for code, status, kind in KINDS:
            aws.will_fail(code, status)
            with pytest.raises(kind):
                await call(FRAME)
    assert len(aws.requests) == len(detectors) * len(KINDS)


async def test_a_cut_connection_may_be_tried_again(aws: AwsServer, clients: Clients) -> None:
    aws.will_cut()
    with pytest.raises(ServiceFault):
        await CustomLabels(clients.detection, MODEL, 40.0).detect(FRAME)
