"""The operation DetectCustomLabels: admit the call, read the image, find logos, choose what to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from services.rekognition_local import faults, images, requests
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    InternalServerError,
    InvalidParameterException,
    InvalidS3ObjectException,
    ResourceNotReadyException,
)
from services.rekognition_local.recognition.samples import Found
from services.rekognition_local.recognizers import ModelUnreadable
from shared.control import ModelState
from shared.objects import Address, ObjectDenied, ObjectError, ObjectMissing, ObjectStore

ASSUMED_THRESHOLD = 50.0  # confidence from which a label is told when the caller names none


async def detect(account: Account, request: requests.DetectCustomLabels) -> dict[str, Any]:
    """Find the logos of a running model in one image."""
    account.admit_call()
    await _suffer(account)
    version = account.version(request.project_version_arn)
    if version.state is not ModelState.RUNNING:
        raise ResourceNotReadyException(f"{version.arn} is {version.state}; it must be RUNNING.")
    account.admit_image(version)
    data = await _data(account.objects, request.image)
    try:
        found = await account.recognizers.examine(version.arn, account.store.model_file(version), data)
    except ModelUnreadable as error:
        raise InternalServerError(f"{error} Train the model again.") from error
    return {
        "CustomLabels": [_label(one) for one in chosen(found, request.min_confidence, request.max_results)]
    }


async def _suffer(account: Account) -> None:
    fate = faults.fate(account.faults, account.calls)
    account.calls += 1
    if fate.stall_seconds:
        await asyncio.sleep(fate.stall_seconds)
    if fate.error is not None:
        raise fate.error


async def _data(objects: ObjectStore, image: requests.Image) -> bytes:
    """The bytes of an image within the limits for where it came from."""
    if (image.bytes is None) == (image.s3_object is None):
        raise InvalidParameterException("Give the Image either Bytes or S3Object.")
    if image.bytes is not None:
        images.check(image.bytes, images.MOST_BYTES_SENT)
        return image.bytes
    assert image.s3_object is not None
    stored = await _stored(objects, Address(image.s3_object.bucket, image.s3_object.name))
    images.check(stored, images.MOST_BYTES_STORED)
    return stored


async def _stored(objects: ObjectStore, address: Address) -> bytes:
    try:
        return await objects.get(address)
    except (ObjectMissing, ObjectDenied) as error:
        raise InvalidS3ObjectException(f"Unable to get object: {error}.") from error
    except ObjectError as error:
        raise InternalServerError(f"S3 failed: {error}.") from error


def chosen(found: Sequence[Found], least: float | None, most: int | None) -> list[Found]:
    """The finds of at least this confidence (0 to 100), the surest first, at most so many."""
    threshold = ASSUMED_THRESHOLD if least is None else least
    sure = [one for one in found if one.confidence >= threshold]
    return sorted(sure, key=lambda one: -one.confidence)[:most]


def _label(found: Found) -> dict[str, Any]:
    box = {"Width": found.width, "Height": found.height, "Left": found.left, "Top": found.top}
    return {"Name": found.label, "Confidence": found.confidence, "Geometry": {"BoundingBox": box}}
