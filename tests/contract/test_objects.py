"""The object store port: whole objects under sorted keys, and what is missing told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.aws.s3 import S3Objects
from shared.config.settings import Settings
from shared.storage.objects import Address, ObjectChanged, ObjectInfo, ObjectMissing, ObjectStore
from tests.contract.names import unique
from tests.fakes import FakeObjects

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(params=["fake", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings) -> ObjectStore:
    if request.param == "fake":
        return FakeObjects(settings.frames_bucket)
    request.getfixturevalue("installation")
    return S3Objects(request.getfixturevalue("clients").s3)


@pytest.fixture
def folder(settings: Settings) -> Address:
    """The start of keys that no other test uses."""
    return Address(settings.frames_bucket, unique("folder"))


def within(folder: Address, name: str) -> Address:
    return Address(folder.bucket, f"{folder.key}/{name}")


@pytest.mark.parametrize("name", ["a.jpg", "with space.jpg", "Überholspur 视频 (1)+&=%.mp4"])
async def test_what_is_put_is_what_is_got(store: ObjectStore, folder: Address, name: str) -> None:
    address = within(folder, name)
    await store.put(address, b"\x00\xff" * 1000, "image/jpeg", {"frame": "überholspur_0001"})
    assert await store.get(address) == b"\x00\xff" * 1000
    assert (await store.stat(address)).size == 2000


async def test_a_put_replaces_what_was_there_and_changes_its_version(
    store: ObjectStore, folder: Address
) -> None:
    address = within(folder, "a")
    await store.put(address, b"old", "text/plain")
    old = await store.stat(address)
    await store.put(address, b"old", "text/plain")
    assert await store.stat(address) == old
    await store.put(address, b"newer", "text/plain")
    new = await store.stat(address)
    assert (await store.get(address), new.size) == (b"newer", 5)
    assert new.version != old.version


async def test_a_file_goes_up_and_any_part_of_it_comes_down(
    store: ObjectStore, folder: Address, tmp_path: Path
) -> None:
    body = bytes(range(256)) * 12_000  # 3 MB: several pieces
    (tmp_path / "up").write_bytes(body)
    await store.upload(tmp_path / "up", within(folder, "video.mp4"))
    address = within(folder, "video.mp4")
    info = await store.stat(address)
    for first, stop in ((0, len(body)), (0, 1), (255, 70_000), (len(body) - 1, len(body))):
        assert await store.read(address, info, first, stop) == body[first:stop]


@pytest.mark.parametrize("length", [3, 200])
async def test_parts_of_different_uploads_are_never_mixed(
    store: ObjectStore, folder: Address, length: int
) -> None:
    address = within(folder, "video.mp4")
    await store.put(address, b"x" * 100, "video/mp4")
    info = await store.stat(address)
    await store.put(address, b"y" * length, "video/mp4")
    with pytest.raises(ObjectChanged, match=f"{address} was replaced while it was read"):
        await store.read(address, info, 50, 60)


async def test_keys_come_sorted_and_only_those_under_the_prefix(store: ObjectStore, folder: Address) -> None:
    names = ["10", "9", "1/b", "1/a", "Z", "a", "ä"]
    for name in names:
        await store.put(within(folder, name), b"", "text/plain")
    found = [key async for key in store.keys(folder.bucket, f"{folder.key}/")]
    assert found == [f"{folder.key}/{name}" for name in sorted(names)]
    assert [key async for key in store.keys(folder.bucket, f"{folder.key}/1/")] == [
        f"{folder.key}/1/a",
        f"{folder.key}/1/b",
    ]
    assert [key async for key in store.keys(folder.bucket, unique("nothing"))] == []


async def test_a_missing_object_is_told_apart_by_every_read(store: ObjectStore, folder: Address) -> None:
    nowhere = within(folder, "nowhere")
    for call in (store.get(nowhere), store.stat(nowhere), store.read(nowhere, ObjectInfo(9, "e"), 0, 9)):
        with pytest.raises(ObjectMissing, match=f"{nowhere} does not exist"):
            await call


async def test_a_missing_bucket_is_told_apart_by_every_call(store: ObjectStore, tmp_path: Path) -> None:
    nowhere = Address(unique("no-bucket"), "key")
    (tmp_path / "f").write_bytes(b"x")
    for call in (
        store.get(nowhere),
        store.stat(nowhere),
        store.put(nowhere, b"", "text/plain"),
        store.upload(tmp_path / "f", nowhere),
    ):
        with pytest.raises(ObjectMissing):
            await call
    with pytest.raises(ObjectMissing):
        assert [key async for key in store.keys(nowhere.bucket, "")]
