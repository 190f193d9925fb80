"""Submitting videos: files are uploaded under their content, what lies in S3 is taken where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.config.options import Options, Sampling
from shared.config.routes import Order
from shared.messaging.messages import Source, VideoSubmitted, parse, video_id
from shared.storage.objects import Address, ObjectMissing
from shared.videos.submission import NotSubmitted, Submitter
from tests.fakes import FakeObjects, FakeQueue

ORDER = Order(options=Options(sampling=Sampling(quality=80)), deadline_seconds=60)


class Desk:
    """A submitter on fakes."""

    def __init__(self) -> None:
        self.objects = FakeObjects()
        self.videos = FakeQueue("videos")
        self.submitter = Submitter(self.objects, self.videos, "videos", lambda bucket, key: ORDER)

    async def put(self, key: str) -> None:
        await self.objects.put(Address("videos", key), key.encode(), "video/mp4")

    @property
    def announced(self) -> list[str]:
        """The keys of the announced videos."""
        messages = [parse(body) for body, _ in self.videos.sent]
        return [message.key for message in messages if isinstance(message, VideoSubmitted)]


@pytest.fixture
async def desk() -> Desk:
    return Desk()


def write(path: Path, content: bytes = b"video") -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return str(path)


async def test_a_file_is_uploaded_and_announced_with_its_options(desk: Desk, tmp_path: Path) -> None:
    name = write(tmp_path / "cup.mp4")
    [submitted] = await desk.submitter.submit([name])
    [key] = desk.announced
    assert parse(desk.videos.sent[0][0]) == VideoSubmitted(
        bucket="videos", key=key, options=ORDER.options, deadline_seconds=60
    )
    held = desk.objects.stored[Address("videos", key)]
    assert held.body == b"video"
    assert key.endswith("/cup.mp4")
    assert submitted.name == name
    assert submitted.source == f"s3://videos/{key}"
    assert submitted.video_id == video_id(
        Source(bucket="videos", key=key, version=held.version), ORDER.options
    )


async def test_the_same_file_twice_is_the_same_video_and_one_upload(desk: Desk, tmp_path: Path) -> None:
    first, again = await desk.submitter.submit(
        [write(tmp_path / "a" / "cup.mp4"), write(tmp_path / "b" / "cup.mp4")]
    )
    assert first.video_id == again.video_id
    assert desk.objects.faults.calls.count("upload") == 1


async def test_another_file_of_the_same_name_replaces_nothing(desk: Desk, tmp_path: Path) -> None:
    first, other = await desk.submitter.submit(
        [write(tmp_path / "a" / "cup.mp4"), write(tmp_path / "b" / "cup.mp4", b"another")]
    )
    assert first.video_id != other.video_id
    assert len(desk.objects.stored) == 2


@pytest.mark.parametrize("key", ["in/cup.mp4", "in/cup #1?.mp4", "in/a b+c%20.mp4"])
async def test_an_object_is_announced_under_its_own_key(desk: Desk, key: str) -> None:
    await desk.put(key)
    await desk.submitter.submit([f"s3://videos/{key}"])
    assert desk.announced == [key]


@pytest.mark.parametrize("prefix", ["s3://videos", "s3://videos/", "s3://videos/in/"])
async def test_a_prefix_means_every_object_below_it(desk: Desk, prefix: str) -> None:
    for key in ("in/", "in/2.mp4", "in/1.mp4", "in/deeper/3.mp4"):
        await desk.put(key)
    submitted = await desk.submitter.submit([prefix])
    assert desk.announced == ["in/1.mp4", "in/2.mp4", "in/deeper/3.mp4"]
    assert [each.name for each in submitted] == [prefix] * 3


async def test_an_empty_prefix_is_one_sentence(desk: Desk) -> None:
    with pytest.raises(NotSubmitted, match="nothing lies below s3://videos/out/: check the bucket"):
        await desk.submitter.submit(["s3://videos/out/"])


async def test_a_missing_file_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotSubmitted, match=r"gone\.mp4 does not exist or is no file: name a video file"):
        await desk.submitter.submit([str(tmp_path / "gone.mp4")])
    with pytest.raises(NotSubmitted, match="is no file"):
        await desk.submitter.submit([str(tmp_path)])


async def test_a_missing_object_is_named_and_not_announced(desk: Desk) -> None:
    with pytest.raises(ObjectMissing, match=r"s3://videos/gone\.mp4 does not exist"):
        await desk.submitter.submit(["s3://videos/gone.mp4"])
    assert desk.announced == []
