"""The operation DetectCustomLabels: admit the image, find logos, choose what to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import asked
from services.rekognition_local.errors import InternalServerError, ResourceNotReadyException
from services.rekognition_local.recognition.samples import Found
from services.rekognition_local.resources.lifecycle import Version
from services.rekognition_local.resources.recognizers import ModelUnreadable
from shared.models.control import ModelState

UNTESTED_THRESHOLD = 50.0  # confidence from which a label is told that no test picture showed


async def detect(account: Account, request: wire.DetectCustomLabels) -> dict[str, Any]:
    """Find the logos of a running model in one image."""
    account.admit_image(_running(account, request.project_version_arn))
    data = await asked.image(account.objects, request.image)
    version = _running(account, request.project_version_arn)  # it may have been stopped meanwhile
    try:
        found = await account.recognizers.examine(version.arn, account.store.model_file(version), data)
    except ModelUnreadable as error:
        raise InternalServerError(f"{error} Train the model again.") from error
    told = chosen(found, request.min_confidence, version.thresholds, request.max_results)
    return {"CustomLabels": [_label(one) for one in told]}


def _running(account: Account, arn: str) -> Version:
    """A version that runs; raises `ResourceNotFoundException` or `ResourceNotReadyException`."""
    version = account.version(arn)
    if version.state is not ModelState.RUNNING:
        raise ResourceNotReadyException(f"{arn} is {version.state}; it must be RUNNING.")
    return version


def chosen(
    found: Sequence[Found], least: float | None, thresholds: Mapping[str, float], most: int | None
) -> list[Found]:
    """The finds of at least this confidence (0 to 100), the surest first, at most so many.

    Where `least` is None, each label's own assumed threshold (0 to 1) decides, as AWS does it.
    """
    sure = [one for one in found if one.confidence >= (_own(one, thresholds) if least is None else least)]
    return sorted(sure, key=lambda one: -one.confidence)[:most]


def _own(find: Found, thresholds: Mapping[str, float]) -> float:
    return 100 * thresholds[find.label] if find.label in thresholds else UNTESTED_THRESHOLD


def _label(found: Found) -> dict[str, Any]:
    box = {"Width": found.width, "Height": found.height, "Left": found.left, "Top": found.top}
    return {"Name": found.label, "Confidence": found.confidence, "Geometry": {"BoundingBox": box}}
