"""Buckets that keep versions: an upload is read on, whole and unmixed, after another took its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.extractor.fetching.cache import VideoCache
from shared.aws.clients import Clients
from shared.aws.s3 import S3Objects
from shared.messaging.messages import Source
from shared.storage.objects import Address, ObjectMissing
from tests.contract.names import unique

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


async def versioned(clients: Clients) -> Address:
    """A place in a bucket that keeps versions."""
    bucket = unique("versions")
    await clients.s3.create_bucket(Bucket=bucket)
    await clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return Address(bucket, "in/cup final.mp4")


async def test_an_earlier_version_is_found_and_read(clients: Clients) -> None:
    store, video = S3Objects(clients.s3), await versioned(clients)
    await store.put(video, b"first half", "video/mp4")
    old = await store.stat(video)
    await store.put(video, b"the second half", "video/mp4")
    new = await store.stat(video)
    assert (old.versioned, new.versioned) == (True, True)
    assert old.version != new.version
    assert await store.stat(video, old.version) == old
    assert await store.read(video, old, 0, 5) == b"first"
    assert await store.read(video, new, 4, 10) == b"second"


async def test_a_chunk_reads_the_version_that_was_submitted(clients: Clients, tmp_path: Path) -> None:
    store, video = S3Objects(clients.s3), await versioned(clients)
    await store.put(video, b"submitted", "video/mp4")
    info = await store.stat(video)
    source = Source(bucket=video.bucket, key=video.key, version=info.version, versioned=info.versioned)
    await store.put(video, b"put later", "video/mp4")
    found = await VideoCache(store, tmp_path, kept=1).find(source)
    async with found.opened() as reading:
        assert await reading.read(0, 9) == b"submitted"


async def test_a_version_that_was_deleted_is_missing(clients: Clients) -> None:
    store, video = S3Objects(clients.s3), await versioned(clients)
    await store.put(video, b"gone soon", "video/mp4")
    info = await store.stat(video)
    await clients.s3.delete_object(Bucket=video.bucket, Key=video.key, VersionId=info.version)
    with pytest.raises(ObjectMissing):
        await store.read(video, info, 0, 4)
