"""Videos are read where they lie: the same frames, few bytes before the first, and no lie when S3 fails."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.fetching.blocks import BLOCK
from services.extractor.fetching.cache import VideoCache
from services.extractor.fetching.remote import KEPT_SECONDS, RemoteVideo
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Encoding, Limits, SampledFrame, Span
from services.extractor.settings import ExtractorSettings
from shared.messaging.messages import Source
from shared.storage.objects import Address, ObjectChanged, ObjectError
from tests.fakes import FakeObjects
from tests.fakes.objects import Stored
from tests.unit.extractor.fetching.stored_video import stored

SANDBOX = Sandbox(Limits())
Maker = Callable[..., Path]


@given(st.lists(st.tuples(st.integers(0, 5 * BLOCK), st.integers(0, 3 * BLOCK)), max_size=12))
async def test_any_reading_gives_the_bytes_of_the_object(reads: list[tuple[int, int]]) -> None:
    body = os.urandom(1 << 10) * (4 * BLOCK // 1024) + b"the end"
    video = await stored(FakeObjects(), body, Path("/tmp"))
    async with video.opened() as reading:
        for offset, length in reads:
            assert await reading.read(offset, length) == body[offset : offset + length]


async def test_a_video_read_in_leaps_is_copied_and_nothing_is_left(tmp_path: Path) -> None:
    objects, body = FakeObjects(), os.urandom(80 * BLOCK)
    video = await stored(objects, body, tmp_path)
    async with video.opened() as reading:
        for turn in range(5):
            for block in range(79, -1, -1):
                assert await reading.read(block * BLOCK + turn, 9) == body[block * BLOCK + turn :][:9]
        assert list(tmp_path.iterdir()) == []  # the copy has no name
    assert objects.bytes_read <= 4 * len(body)


async def test_a_replaced_video_is_not_read(tmp_path: Path) -> None:
    objects = FakeObjects()
    old = await stored(objects, b"old" * BLOCK, tmp_path)
    async with old.opened() as reading:
        await reading.read(0, 3)
        await stored(objects, b"new" * BLOCK, tmp_path)
        with pytest.raises(ObjectChanged, match="was replaced while it was read"):
            await reading.read(2 * BLOCK, 3)


@pytest.mark.real_time
@pytest.mark.parametrize("name", ["v.mp4", "v.mkv", "v.webm", "v.mov", "v.ts", "v.avi"])
async def test_a_streamed_video_gives_the_frames_of_the_file(
    make_video: Maker, tmp_path: Path, name: str
) -> None:
    codec = {"v.webm": "libvpx"}.get(name, "libx264")
    path = make_video([n * 512 for n in range(60)], name=name, codec=codec, g="12")
    video = await stored(FakeObjects(), path.read_bytes(), tmp_path)
    assert await SANDBOX.probe(video) == await SANDBOX.probe(path)
    span, interval = Span(0, 12), Fraction(1, 5)
    here = [item async for item in SANDBOX.frames(path, span, interval, Encoding())]
    assert [item async for item in SANDBOX.frames(video, span, interval, Encoding())] == here
    assert any(isinstance(item, SampledFrame) for item in here)


@pytest.mark.real_time
async def test_a_failing_store_is_never_taken_for_a_damaged_video(make_video: Maker, tmp_path: Path) -> None:
    objects = FakeObjects()
    video = await stored(objects, make_video([n * 512 for n in range(60)]).read_bytes(), tmp_path)
    objects.faults.refuse["read"] = 1
    with pytest.raises(ObjectError):
        await SANDBOX.probe(video)
    objects.faults.refuse["read"] = 1
    with pytest.raises(ObjectError):
        [item async for item in SANDBOX.frames(video, Span(0, 2), Fraction(1), Encoding())]


async def in_leaps(video: RemoteVideo) -> None:
    """Read it backwards, over and over."""
    async with video.opened() as reading:
        for block in [*range(79, -1, -1)] * 4:
            await reading.read(block * BLOCK, 9)


async def test_no_room_for_a_copy_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    video = await stored(FakeObjects(), os.urandom(80 * BLOCK), taken)
    with pytest.raises(ObjectError, match=r"could not be copied to .*set LOGOSTREAM_WORK_DIR"):
        await in_leaps(video)


async def read_through(video: RemoteVideo, blocks: int) -> None:
    async with video.opened() as reading:
        for block in range(blocks):
            assert len(await reading.read(block * BLOCK, BLOCK)) == BLOCK


async def test_what_one_visit_fetched_serves_the_next(tmp_path: Path) -> None:
    objects = FakeObjects()
    video = await stored(objects, os.urandom(40 * BLOCK), tmp_path)
    await read_through(video, 30)
    fetched = objects.bytes_read
    await read_through(video, 30)
    assert objects.bytes_read == fetched


async def test_visits_at_the_same_time_fetch_each_block_once(tmp_path: Path) -> None:
    objects = FakeObjects()
    objects.faults.latency = 0.1
    video = await stored(objects, os.urandom(30 * BLOCK), tmp_path)
    await asyncio.gather(*(read_through(video, 30) for _ in range(3)))
    assert objects.bytes_read == 30 * BLOCK


async def test_a_cancelled_visit_takes_nothing_from_another(tmp_path: Path) -> None:
    objects = FakeObjects()
    objects.faults.latency = 1.0
    video = await stored(objects, os.urandom(4 * BLOCK), tmp_path)
    given_up, other = (asyncio.create_task(read_through(video, 4)) for _ in range(2))
    await asyncio.sleep(0.5)
    given_up.cancel()
    await other
    assert given_up.cancelled()


async def test_reading_on_takes_four_megabytes_a_request(tmp_path: Path) -> None:
    objects = FakeObjects()
    video = await stored(objects, os.urandom(200 * BLOCK), tmp_path)
    await read_through(video, 24)
    requests = objects.faults.calls.count("read")
    await read_through(video, 184)
    assert objects.faults.calls.count("read") - requests <= 160 / 8 + 1


async def test_a_block_that_could_not_be_fetched_is_tried_again_by_the_next_visit(tmp_path: Path) -> None:
    objects = FakeObjects()
    video = await stored(objects, os.urandom(2 * BLOCK), tmp_path)
    objects.faults.refuse["read"] = 1
    with pytest.raises(ObjectError):
        await read_through(video, 2)
    await read_through(video, 2)


async def test_a_cache_keeps_what_was_read_last_and_not_for_long(tmp_path: Path) -> None:
    objects = FakeObjects()
    kept = ExtractorSettings(extract_concurrency=2).videos_at_once
    cache = VideoCache(objects, tmp_path, kept)
    assert kept == 4  # two that are planned, two of which chunks are decoded
    sources = []
    for number in range(kept + 1):
        held = objects.stored[Address("videos", f"{number}")] = Stored(os.urandom(BLOCK), "video/mp4", {})
        sources.append(Source(bucket="videos", key=f"{number}", version=held.version))
        await read_through(await cache.find(sources[-1]), 1)
    await read_through(await cache.find(sources[-1]), 1)
    assert objects.bytes_read == (kept + 1) * BLOCK
    await read_through(await cache.find(sources[0]), 1)
    assert objects.bytes_read == (kept + 2) * BLOCK
    await asyncio.sleep(KEPT_SECONDS + 1)
    await read_through(await cache.find(sources[0]), 1)
    assert objects.bytes_read == (kept + 3) * BLOCK
