"""A video in S3, as an extractor finds it."""

from __future__ import annotations

from pathlib import Path

from services.extractor.fetching.cache import VideoCache
from services.extractor.fetching.remote import RemoteVideo
from shared.messaging.messages import Source
from shared.storage.objects import Address
from tests.fakes import FakeObjects
from tests.fakes.objects import Stored

ADDRESS = Address("videos", "in/cup.mp4")


async def stored(objects: FakeObjects, body: bytes, folder: Path) -> RemoteVideo:
    """Put the bytes where the video lies, and find it."""
    held = Stored(body, "video/mp4", {})
    objects.stored[ADDRESS] = held
    source = Source(bucket=ADDRESS.bucket, key=ADDRESS.key, version=held.version)
    return await VideoCache(objects, folder, kept=1).find(source)
