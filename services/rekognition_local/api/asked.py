"""What every question asked of an image has in common: the call is admitted and the image is fetched."""

from __future__ import annotations

import asyncio

from services.rekognition_local import faults, images, wire
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    InternalServerError,
    InvalidParameterException,
    InvalidS3ObjectException,
)
from shared.datasets.picturesize import MOST_BYTES_STORED
from shared.storage.objects import Address, ObjectDenied, ObjectError, ObjectMissing, ObjectStore


async def suffer(account: Account, operation: str) -> None:
    """Count the call, and let befall it what the faults say; raises what they say."""
    if operation not in account.faults.operations:
        return
    fate = faults.fate(account.faults, account.calls)
    account.calls += 1
    if fate.stall_seconds:
        await asyncio.sleep(fate.stall_seconds)
    if fate.error is not None:
        raise fate.error


async def image(objects: ObjectStore, asked: wire.Image, most_sent: int = images.MOST_BYTES_SENT) -> bytes:
    """The bytes of an image within the limits for where it came from.

    Raises `InvalidParameterException`, `InvalidS3ObjectException`, `ImageTooLargeException`,
    `InvalidImageFormatException` or `InternalServerError`.
    """
    if (asked.bytes is None) == (asked.s3_object is None):
        raise InvalidParameterException("Give the Image either Bytes or S3Object.")
    if asked.bytes is not None:
        images.check(asked.bytes, most_sent)
        return asked.bytes
    assert asked.s3_object is not None
    stored = await _stored(objects, Address(asked.s3_object.bucket, asked.s3_object.name))
    images.check(stored, MOST_BYTES_STORED)
    return stored


async def _stored(objects: ObjectStore, address: Address) -> bytes:
    try:
        return await objects.get(address)
    except (ObjectMissing, ObjectDenied) as error:
        raise InvalidS3ObjectException(f"Unable to get object: {error}.") from error
    except ObjectError as error:
        raise InternalServerError(f"S3 failed: {error}.") from error
