"""Small videos whose every frame shows its own number, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

WIDTH, HEIGHT, BITS = 160, 64, 10
REORDERED = 2  # frames by which libx264 decodes ahead with B-frames
Maker = Callable[..., Path]


def picture(number: int) -> np.ndarray:
    """Bars, one per bit of the number, white for 1; the bottom half is black, to tell up from down."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for bit in range(BITS):
        if number >> bit & 1:
            image[: HEIGHT // 2, bit * WIDTH // BITS : (bit + 1) * WIDTH // BITS] = 255
    return image


@pytest.fixture(scope="session")
def number_on() -> Callable[[bytes], int]:
    """Read a frame's number from its encoded picture."""

    def read(data: bytes) -> int:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert image is not None
        row = image[HEIGHT // 4]
        return sum(int(row[(2 * bit + 1) * WIDTH // BITS // 2] > 127) << bit for bit in range(BITS))

    return read


@pytest.fixture
def make_video(tmp_path: Path) -> Maker:
    """Write a video with a frame at each of the given ticks."""

    def make(
        ticks: Iterable[int],
        time_base: Fraction = Fraction(1, 12800),
        *,
        name: str = "video.mp4",
        codec: str = "libx264",
        rotation: int = 0,
        matrix: tuple[int, ...] | None = None,
        decoding_times_only: bool = False,
        **options: str,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as out:
            preset = {"preset": "ultrafast"} if codec.startswith("libx") else {}
            stream = cast(VideoStream, out.add_stream(codec, rate=25, options=preset | options))
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            stream.codec_context.time_base = time_base
            if rotation:
                stream.set_display_rotation(rotation)
            if matrix:
                stream.set_display_matrix(matrix)
            for number, tick in enumerate(ticks):
                frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24")
                frame.pts, frame.time_base = tick, time_base
                _mux(out, stream.encode(frame), decoding_times_only)
            _mux(out, stream.encode(None), decoding_times_only)
        return path

    return make


def _mux(out: OutputContainer, packets: list[Packet[VideoStream]], decoding_times_only: bool) -> None:
    for packet in packets:
        if decoding_times_only:
            assert packet.dts is not None
            packet.pts = packet.dts = packet.dts + REORDERED  # the first one at zero, as OpenCV writes them
        out.mux(packet)
