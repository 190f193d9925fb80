"""`logostream overlay`: a finished video goes in, the same frames with boxes come out."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from shared.videos.ledger import State
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream

pytestmark = pytest.mark.real_time

FRAMES, RATE = 30, 25


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "cup.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(FRAMES):
            picture = np.full((90, 160, 3), 8 * number, np.uint8)
            frame = VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def finished(installation: Installation) -> Installation:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    box = {"left": 0.2, "top": 0.2, "width": 0.2, "height": 0.4}
    logo = {"label": "Acme", "confidence": 90.0, "box": box}
    frame = {"at_s": 0.0, "outcome": "detected", "detector": "logos", "detections": [logo]}
    document = {"video": {"interval_s": 1.0, "duration_s": 1.2}, "frames": [frame]}
    installation.has_results("cup-1", "detections.json", json.dumps(document).encode())
    installation.has_results("cup-1", "summary.json", b'{"analysis": {}}')
    return installation


def test_every_frame_of_the_video_comes_out(finished: Installation, film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    result = logostream("overlay", "cup-1", "--video", str(film), "-o", str(out))
    assert result.exit_code == 0, result.output
    with av.open(str(out), "r") as written:
        frames = list(written.decode(video=0))
    assert len(frames) == FRAMES
    assert frames[-1].time == pytest.approx((FRAMES - 1) / RATE, abs=0.002)


def test_a_part_of_the_video_can_be_chosen(finished: Installation, film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    logostream("overlay", "cup-1", "--video", str(film), "-o", str(out), "--from", "0.4", "--to", "0.8")
    with av.open(str(out), "r") as written:
        assert len(list(written.decode(video=0))) == 10


def test_a_part_that_begins_after_the_end_is_refused(finished: Installation, film: Path) -> None:
    result = logostream("overlay", "cup-1", "--video", str(film), "--from", "9999")
    assert result.exit_code == 1
    assert "begin before its end" in result.output


def test_drawing_that_fails_is_told(
    finished: Installation, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "services.cli.results.overlay.PART_SECONDS", 0.4
    )  # it ends while parts are still read
    finished.has_results("cup-1", "summary.json", b"{}")
    words = ("--video", str(film), "-o", str(tmp_path / "out.mp4"), "--from", "0.4")
    result = logostream("overlay", "cup-1", *words)
    assert (result.exit_code, "drawing the boxes failed" in result.output) == (1, True), result.output


def test_a_folder_that_is_not_there_is_refused(finished: Installation) -> None:
    assert logostream("overlay", "cup-1", "-o", "nowhere/out.mp4").exit_code == 2


def test_a_file_that_is_not_there_is_refused(finished: Installation) -> None:
    assert logostream("overlay", "cup-1", "--video", "nowhere.mp4").exit_code == 2
