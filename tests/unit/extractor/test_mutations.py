"""Two hundred damaged copies of good videos: no hang, no crash of ours, every instant accounted for."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.media import Encoding, Limits, SampledFrame, SkippedInstant, Span
from services.extractor.sandbox import BadVideo, Sandbox

pytestmark = pytest.mark.real_time

COPIES = 50  # of each of four containers
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


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.ts", "video.avi"])
async def test_a_damaged_copy_harms_only_itself(
    make_video: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    codec = {"codec": "mpeg4", "bf": "2"} if name == "video.avi" else {"bf": "2"}
    data = make_video(range(75), Fraction(1, 25), name=name, g="12", **codec).read_bytes()
    chance, sandbox = random.Random(name), Sandbox(LIMITS)
    copies = [tmp_path / f"{number}_{name}" for number in range(COPIES)]
    for copy in copies:
        copy.write_bytes(damaged(data, chance))
    ready = asyncio.Semaphore(AT_ONCE)

    async def one(copy: Path) -> tuple[list[int], str]:
        async with ready:
            return await outcome(sandbox, copy)

    for seen, sentence in await asyncio.gather(*map(one, copies)):
        assert not any(fault in sentence for fault in OUR_FAULTS)
        assert seen == list(range(len(seen)))
        assert sentence or len(seen) == INSTANTS
