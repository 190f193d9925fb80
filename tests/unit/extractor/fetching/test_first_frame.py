"""Large films: planned, and their first frame out, before a twentieth of them is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import aclosing
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Encoding, Limits, SampledFrame, Span
from tests.fakes import FakeObjects
from tests.unit.extractor.fetching.stored_video import stored

pytestmark = pytest.mark.real_time

SANDBOX = Sandbox(Limits())
FPS, SECONDS = 25, 480
WIDTH, HEIGHT = 160, 90
SHARE = 0.05


def noise(codec: str) -> Iterator[Packet[VideoStream]]:
    """The coded frames of a second of noise, which no codec makes small; the first is a keyframe."""
    chance = np.random.default_rng(1)
    with av.open(os.devnull, "w", format="null") as nowhere:
        coder = add_stream(nowhere, codec)
        coder.codec_context.gop_size, coder.bit_rate = FPS, 8_000_000
        coder.codec_context.options = {"deadline": "realtime"} if codec == "libvpx" else {}
        for _ in range(FPS):
            image = chance.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
            yield from coder.encode(av.VideoFrame.from_ndarray(image, format="rgb24"))
        yield from coder.encode(None)


def add_stream(out: OutputContainer, codec: str) -> VideoStream:
    stream = cast("VideoStream", out.add_stream(codec, rate=FPS))
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    return stream


def film(path: Path, key_seconds: int = 1, codec: str = "mpeg4", movflags: str = "") -> Path:
    """Eight minutes: the second over and over."""
    second = [bytes(packet) for packet in noise(codec)]
    options = {"movflags": movflags} if movflags else {}
    with av.open(str(path), "w", options=options) as out:
        stream = add_stream(out, codec)
        for number in range(SECONDS * FPS):
            packet = Packet(second[number % FPS])
            packet.stream, packet.time_base = stream, Fraction(1, FPS)
            packet.pts = packet.dts = number
            packet.duration = 1
            packet.is_keyframe = number % (key_seconds * FPS) == 0
            out.mux(packet)
    return path


CONTAINERS = [
    ("moov_last.mp4", "mpeg4", ""),
    ("moov_first.mp4", "mpeg4", "+faststart"),
    ("film.mov", "mpeg4", ""),
    ("film.mkv", "mpeg4", ""),
    ("film.ts", "mpeg4", ""),
    ("film.webm", "libvpx", ""),
    ("film.avi", "mpeg4", ""),
]


@pytest.mark.parametrize(("name", "codec", "movflags"), CONTAINERS)
async def test_the_first_frame_is_out_before_much_of_a_large_film_is_read(
    tmp_path: Path, name: str, codec: str, movflags: str
) -> None:
    path, objects = film(tmp_path / name, codec=codec, movflags=movflags), FakeObjects()
    video = await stored(objects, path.read_bytes(), tmp_path)
    assert round((await SANDBOX.probe(video)).duration) == SECONDS
    frames = SANDBOX.frames(video, Span(0, SECONDS), Fraction(1), Encoding())
    async with aclosing(frames):
        assert isinstance(await anext(frames), SampledFrame)
        assert objects.bytes_read < SHARE * path.stat().st_size


@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
async def test_planning_reads_little_also_where_keyframes_are_rare(tmp_path: Path, name: str) -> None:
    path, objects = film(tmp_path / name, key_seconds=80), FakeObjects()
    video = await stored(objects, path.read_bytes(), tmp_path)
    assert round((await SANDBOX.probe(video)).duration) == SECONDS
    assert objects.bytes_read < SHARE * path.stat().st_size
