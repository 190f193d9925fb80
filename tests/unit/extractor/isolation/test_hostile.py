"""Videos made to harm: each ends with one clear sentence, or with the frames that were good and then one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, Limits, SampledFrame, Span
from tests.media import HOSTILE

pytestmark = pytest.mark.real_time

SANDBOX = Sandbox(Limits(wall_seconds=20))
NO_VIDEO = "is not a video LogoStream can read"

Maker = Callable[..., Path]

# file -> part of the sentence (None: nothing is wrong with it), frames published at one a second
CASES = [
    ("audio_only.mp4", "has no video stream, only audio", 0),
    ("avi_named.mp4", None, 30),
    ("big16k.mp4", "16000 × 16000 pixels", 0),
    ("bomb_1e9samples.mp4", "not one frame", 0),
    ("claims_136years.mp4", None, 1),
    ("concat_abs.mp4", NO_VIDEO, 0),
    ("concat_http.mp4", NO_VIDEO, 0),
    ("coverart.mp4", "has no video stream, only audio", 0),
    ("flip50.mp4", None, 25),
    ("gap_1e5s.mkv", "lasts 1.2 days, more than the 24 h allowed", 0),
    ("gap_1e9s.mkv", "lasts 11,574.1 days, more than the 24 h allowed", 0),
    ("hls_file_abs.mp4", NO_VIDEO, 0),
    ("hls_http.m3u8", NO_VIDEO, 0),
    ("hls_http.mp4", NO_VIDEO, 0),
    ("hls_live.mp4", NO_VIDEO, 0),
    ("hls_master_http.mp4", NO_VIDEO, 0),
    ("noframes.mp4", "has no video stream", 0),
    ("oneframe.mp4", None, 1),
    ("random.mp4", NO_VIDEO, 0),
    ("sdp.mp4", NO_VIDEO, 0),
    ("trunc.mkv", "frames are missing from 14 s on", 14),
    ("trunc_faststart.mp4", "frames are missing from 14 s on", 14),
    ("trunc_moovend.mp4", "its index cannot be read", 0),
    ("zero.mp4", "the file is empty", 0),
]


async def extracted(video: Path) -> tuple[int, str | None]:
    """How many frames were published at one a second, and the sentence it ended with."""
    published = 0
    try:
        probe = await SANDBOX.probe(video)
        span = Span(0, int(probe.duration) + 1)
        async for item in SANDBOX.frames(video, span, Fraction(1), Encoding("jpeg")):
            published += isinstance(item, SampledFrame)
    except BadVideo as error:
        return published, str(error)
    return published, None


@pytest.mark.media
@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile videos are not beside the project")
@pytest.mark.parametrize(("name", "sentence", "frames"), CASES)
async def test_a_hostile_video_harms_only_itself(name: str, sentence: str | None, frames: int) -> None:
    published, ending = await extracted(HOSTILE / name)
    assert published == frames
    assert (ending is None) == (sentence is None)
    assert (sentence or "") in (ending or "")


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile videos are not beside the project")
def test_the_table_names_every_hostile_video() -> None:
    assert sorted(name for name, _, _ in CASES) == sorted(path.name for path in HOSTILE.iterdir())


async def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    video = tmp_path / "nothing.mp4"
    video.touch()
    assert await extracted(video) == (0, "the file is empty")


async def test_an_encrypted_video_is_called_encrypted(tmp_path: Path, make_video: Maker) -> None:
    key = "00112233445566778899aabbccddeeff"
    scheme = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": key, "encryption_kid": key}
    video = tmp_path / "encrypted.mp4"
    clear = make_video([number * 512 for number in range(50)])
    with av.open(str(clear)) as source, av.open(str(video), "w", container_options=scheme) as out:
        copied = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copied
                out.mux(packet)
    assert await extracted(video) == (0, "the video is encrypted, and LogoStream has no key to it")


async def test_a_playlist_is_not_followed_to_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "secret.ts").write_bytes(b"\x47" * 188 * 10)
    video = tmp_path / "list.mp4"
    video.write_text("ffconcat version 1.0\nfile secret.ts\n")
    published, ending = await extracted(video)
    assert published == 0
    assert NO_VIDEO in str(ending)
