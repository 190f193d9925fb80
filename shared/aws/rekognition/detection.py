"""The detection ports over Rekognition: one class for each of its calls that examine an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from shared.aws.rekognition.errors import translated
from shared.config.arns import model_name, ready_made
from shared.messaging.messages import BoundingBox, Detection
from shared.models.detection import Seen, Text, Word
from shared.storage.objects import Address

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


class CustomLabels:
    """`Detector` over DetectCustomLabels: what a model of ours was trained on."""

    def __init__(self, client: RekognitionClient, model_arn: str, min_confidence: float) -> None:
        self._client = client
        self._model_arn = model_arn
        self._min_confidence = min_confidence

    async def detect(self, frame: Address) -> Seen:
        with translated():
            reply = await self._client.detect_custom_labels(
                ProjectVersionArn=self._model_arn, Image=_image(frame), MinConfidence=self._min_confidence
            )
        found = [
            _detection(label["Name"], label, label.get("Geometry")) for label in reply.get("CustomLabels", [])
        ]
        return Seen(model_name(self._model_arn), found)


class Labels:
    """`Detector` over DetectLabels: the things Rekognition knows, `include` alone or all but `exclude`."""

    def __init__(
        self,
        client: RekognitionClient,
        include: Sequence[str],
        exclude: Sequence[str],
        min_confidence: float,
    ) -> None:
        self._client = client
        filters = {"LabelInclusionFilters": list(include), "LabelExclusionFilters": list(exclude)}
        self._settings: Any = {"GeneralLabels": {name: labels for name, labels in filters.items() if labels}}
        self._min_confidence = min_confidence

    async def detect(self, frame: Address) -> Seen:
        with translated():
            reply = await self._client.detect_labels(
                Image=_image(frame),
                MinConfidence=self._min_confidence,
                Features=["GENERAL_LABELS"],
                Settings=self._settings,
            )
        found = [detection for label in reply.get("Labels", []) for detection in _instances(label)]
        return Seen(ready_made("labels", reply.get("LabelModelVersion", "")), found)


class Moderation:
    """`Detector` over DetectModerationLabels, with an adapter of ours or without."""

    def __init__(self, client: RekognitionClient, adapter_arn: str | None, min_confidence: float) -> None:
        self._client = client
        self._adapter_arn = adapter_arn
        self._adapter: Any = {"ProjectVersion": adapter_arn} if adapter_arn else {}
        self._min_confidence = min_confidence

    async def detect(self, frame: Address) -> Seen:
        with translated():
            reply = await self._client.detect_moderation_labels(
                Image=_image(frame), MinConfidence=self._min_confidence, **self._adapter
            )
        found = [_detection(label["Name"], label, None) for label in reply.get("ModerationLabels", [])]
        version = ready_made("moderation", reply.get("ModerationModelVersion", ""))
        return Seen(model_name(self._adapter_arn) if self._adapter_arn else version, found)


class TextReader:
    """`Reader` over DetectText."""

    def __init__(self, client: RekognitionClient, min_confidence: float) -> None:
        self._client = client
        self._min_confidence = min_confidence

    async def read(self, frame: Address) -> Text:
        with translated():
            reply = await self._client.detect_text(
                Image=_image(frame), Filters={"WordFilter": {"MinConfidence": self._min_confidence}}
            )
        found: list[Any] = reply.get("TextDetections", [])
        words = [_word(text) for text in found if text["Type"] == "WORD"]
        return Text(ready_made("text", reply.get("TextModelVersion", "")), words)


def _image(frame: Address) -> Any:
    return {"S3Object": {"Bucket": frame.bucket, "Name": frame.key}}


def _instances(label: Any) -> Iterator[Detection]:
    """Each place where a label was seen; the label itself where Rekognition gives no places."""
    instances = label.get("Instances") or []
    for instance in instances:
        yield _detection(label["Name"], instance, instance)
    if not instances:
        yield _detection(label["Name"], label, None)


def _detection(label: str, scored: Any, place: Any) -> Detection:
    box = place and place.get("BoundingBox")
    return Detection(label=label, confidence=scored["Confidence"], box=box and _box(box))


def _word(text: Any) -> Word:
    return Word(
        text=text["DetectedText"],
        confidence=text["Confidence"],
        box=_box(text["Geometry"]["BoundingBox"]),
        line=text["ParentId"],
    )


def _box(box: Any) -> BoundingBox:
    return BoundingBox(left=box["Left"], top=box["Top"], width=box["Width"], height=box["Height"])
