"""Local copies: fetched once however many use them, kept while room lasts, and never taken from a user."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.extractor.downloads import KEPT, Downloads
from shared.messages import Source
from shared.objects import Address, ObjectError, ObjectMissing
from tests.fakes import FakeObjects


@pytest.fixture
def objects() -> FakeObjects:
    return FakeObjects()


@pytest.fixture
async def downloads(objects: FakeObjects, tmp_path: Path) -> AsyncIterator[Downloads]:
    async with Downloads(objects, tmp_path / "copies") as downloads:
        yield downloads


async def video(objects: FakeObjects, number: int) -> Source:
    address = Address("videos", f"{number}.mp4")
    await objects.put(address, f"video {number}".encode(), "video/mp4")
    return Source(bucket=address.bucket, key=address.key, version="1")


async def use(downloads: Downloads, source: Source, seconds: float = 0.0) -> bytes:
    async with downloads.open(source) as path:
        await asyncio.sleep(seconds)
        return path.read_bytes()


def fetched(objects: FakeObjects) -> int:
    return objects.faults.calls.count("download")


async def test_concurrent_users_of_a_video_share_one_fetch(
    objects: FakeObjects, downloads: Downloads
) -> None:
    source = await video(objects, 1)
    objects.faults.latency = 3.0
    bodies = await asyncio.gather(*[use(downloads, source, seconds=n) for n in range(5)])
    assert set(bodies) == {b"video 1"}
    assert fetched(objects) == 1


async def test_a_video_used_again_soon_is_not_fetched_again(
    objects: FakeObjects, downloads: Downloads
) -> None:
    sources = [await video(objects, n) for n in range(KEPT)]
    for source in [*sources, *sources]:
        await use(downloads, source)
    assert fetched(objects) == KEPT


async def test_the_copy_unused_for_longest_makes_room(
    objects: FakeObjects, downloads: Downloads, tmp_path: Path
) -> None:
    sources = [await video(objects, n) for n in range(KEPT + 1)]
    for source in sources:
        await use(downloads, source)
    assert len(list((tmp_path / "copies").iterdir())) == KEPT
    await use(downloads, sources[-1])
    assert fetched(objects) == KEPT + 1
    assert await use(downloads, sources[0]) == b"video 0"
    assert fetched(objects) == KEPT + 2


async def test_a_copy_in_use_is_never_taken_away(objects: FakeObjects, downloads: Downloads) -> None:
    sources = [await video(objects, n) for n in range(3 * KEPT)]
    bodies = await asyncio.gather(*[use(downloads, source, seconds=60) for source in sources])
    assert bodies == [f"video {n}".encode() for n in range(3 * KEPT)]


async def test_versions_of_a_video_are_copies_of_their_own(
    objects: FakeObjects, downloads: Downloads
) -> None:
    old = await video(objects, 1)
    await use(downloads, old)
    await objects.put(Address(old.bucket, old.key), b"another", "video/mp4")
    assert await use(downloads, old.model_copy(update={"version": "2"})) == b"another"


async def test_a_fetch_that_failed_is_tried_again_by_the_next_user(
    objects: FakeObjects, downloads: Downloads
) -> None:
    source = await video(objects, 1)
    objects.faults.refuse["download"] = 1
    first, second = await asyncio.gather(
        use(downloads, source), use(downloads, source), return_exceptions=True
    )
    assert isinstance(first, ObjectError)
    assert second == b"video 1"


async def test_a_missing_video_is_named(downloads: Downloads) -> None:
    with pytest.raises(ObjectMissing, match=r"s3://videos/gone\.mp4"):
        await use(downloads, Source(bucket="videos", key="gone.mp4", version="1"))


async def test_the_folder_is_emptied_at_the_start_and_at_the_end(
    objects: FakeObjects, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "left by a killed process").write_bytes(b"old")
    async with Downloads(objects, folder) as downloads:
        assert list(folder.iterdir()) == []
        await use(downloads, await video(objects, 1))
    assert not folder.exists()
