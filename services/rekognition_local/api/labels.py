"""The operation DetectLabels: properties of the image, measured; of general labels only `Text`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from services.rekognition_local import images, wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import asked
from services.rekognition_local.properties import dominant_colours, quality
from services.rekognition_local.reading import Word, read

MODEL_VERSION = "3.0"
LEAST_CONFIDENCE = 55.0  # AWS's own default
TEXT, CATEGORY = "Text", "Symbols and Flags"
_COLOURS = 10


async def detect(account: Account, request: wire.DetectLabels) -> dict[str, Any]:
    """What one image shows, as far as the features asked for go."""
    features = request.features or ["GENERAL_LABELS"]
    data = await asked.image(account.objects, request.image, images.MOST_BYTES_SENT_PLAIN)
    return await asyncio.to_thread(_answer, images.decoded(data), features, request)


def _answer(pixels: images.Pixels, features: Sequence[str], request: wire.DetectLabels) -> dict[str, Any]:
    reply: dict[str, Any] = {"Labels": [], "LabelModelVersion": MODEL_VERSION}
    if "GENERAL_LABELS" in features:
        reply["Labels"] = _labels(pixels, request)[: request.max_labels]
    if "IMAGE_PROPERTIES" in features:
        asked_for = request.settings.image_properties if request.settings else None
        most = asked_for.max_dominant_colors if asked_for else None
        colours = dominant_colours(pixels, _COLOURS if most is None else most)
        reply["ImageProperties"] = {"Quality": quality(pixels), "DominantColors": colours}
    return reply


def _labels(pixels: images.Pixels, request: wire.DetectLabels) -> list[dict[str, Any]]:
    least = LEAST_CONFIDENCE if request.min_confidence is None else request.min_confidence
    words = [word for line in read(pixels) for word in line.words if word.confidence >= max(least, 80)]
    wanted = request.settings.general_labels if request.settings else None
    if not words or (wanted and not wanted.admits(TEXT, CATEGORY)):
        return []
    return [
        {
            "Name": TEXT,
            "Confidence": max(word.confidence for word in words),
            "Instances": [_instance(word) for word in words],
            "Parents": [],
            "Aliases": [],
            "Categories": [{"Name": CATEGORY}],
        }
    ]


def _instance(word: Word) -> dict[str, Any]:
    box = {"Left": word.left, "Top": word.top, "Width": word.width, "Height": word.height}
    return {"BoundingBox": box, "Confidence": word.confidence}
