"""`logostream submit`: an id per video, the same one for the same video, and options that are checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.messaging.messages import VideoSubmitted, parse
from shared.videos.ledger import State
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream


def test_submit_prints_an_id_per_video(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    result = logostream("submit", "--interval", "0.5", str(tmp_path / "cup.mp4"))
    assert result.exit_code == 0
    assert result.output.startswith("cup-")
    [(body, _)] = installation.queues["videos"].sent
    submitted = parse(body)
    assert isinstance(submitted, VideoSubmitted)
    assert submitted.options
    assert str(submitted.options.sampling.interval) == "0.5"
    assert f"s3://logostream-videos/{submitted.key}" in result.output


def test_submit_makes_another_run_only_when_asked_for_it_again(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    name = str(tmp_path / "cup.mp4")
    first, same = logostream("submit", name).output, logostream("submit", name).output
    runs = [logostream("submit", "--again", name).output for _ in range(2)]
    assert first == same
    assert len({first, *runs}) == 3


def test_submit_says_of_a_video_that_has_ended_how_to_have_it_examined_anew(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    name = str(tmp_path / "cup.mp4")
    video_id = logostream("submit", name).output.split()[0]
    installation.holds(video(video_id, "cup.mp4", State.COMPLETED))
    assert "(COMPLETED before: --again examines it anew)" in logostream("submit", name).output
    assert "--again" not in logostream("submit", "--again", name).output


def test_submit_prints_json_for_programs(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    [submitted] = json.loads(logostream("submit", "--json", str(tmp_path / "cup.mp4")).output)
    assert set(submitted) == {"name", "video_id", "source"}


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--interval", "0", "interval is 0: "),
        ("--interval", "often", "interval is often: "),
        ("--format", "gif", "image_format is gif: "),
        ("--quality", "101", "quality is 101: "),
    ],
)
def test_a_wrong_option_of_submit_is_named(
    installation: Installation, option: str, value: str, sentence: str
) -> None:
    result = logostream("submit", option, value, "cup.mp4")
    assert result.exit_code == 2
    assert sentence in result.output


def test_a_submission_may_ask_for_exact_edges(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "cup.mp4").write_bytes(b"video")
    assert logostream("submit", "--edge-precision", "0.1", str(tmp_path / "cup.mp4")).exit_code == 0
    [(body, _)] = installation.queues["videos"].sent
    submitted = parse(body)
    assert isinstance(submitted, VideoSubmitted)
    assert submitted.options
    assert submitted.options.analysis.edge_precision == 0.1
