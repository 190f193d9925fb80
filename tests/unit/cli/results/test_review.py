"""Review: what is unsure or contradictory is written for people, as manifests that training takes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from services.cli.results.doubtful import doubts
from services.trainer import formats
from shared.config.options import Options
from shared.datasets.manifest import Box
from shared.storage.objects import Address
from shared.videos.ledger import State
from shared.videos.timecode import frame_key
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream

BOX = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4}


def logo(label: str, confidence: float, box: dict[str, float] | None = BOX) -> dict[str, Any]:
    return {"label": label, "confidence": confidence, "box": box}


def frame(instant: int, *detections: dict[str, Any], detector: str = "logos") -> dict[str, Any]:
    return {
        "name": f"frame_{instant:04d}",
        "instant": instant,
        "timestamp_s": float(instant),
        "outcome": "detected",
        "detector": detector,
        "detections": list(detections),
    }


def test_frames_that_were_not_examined_are_never_doubtful() -> None:
    unsure = frame(0, logo("Acme", 50))
    assert len(doubts([unsure], 70.0)) == 1
    assert (
        doubts([{**unsure, "outcome": outcome} for outcome in ("failed", "skipped", "inherited")], 70.0) == []
    )


def test_frames_on_a_finer_grid_are_frames_of_their_own() -> None:
    fine = {**frame(1, logo("Acme", 60)), "timestamp_s": 0.125, "grid": 8}
    found = doubts([fine, frame(1, logo("Acme", 50))], 70.0)
    assert [(doubt.grid, doubt.reasons) for doubt in found] == [
        (8, ("Acme: 60 % sure",)),
        (1, ("Acme: 50 % sure",)),
    ]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (folder / "review.manifest").read_text().splitlines()]


@pytest.fixture
def examined(installation: Installation) -> Installation:
    """A finished video with two doubtful frames, one of which is gone."""
    cup = video("cup-1", "in/cup.mp4", State.COMPLETED)
    installation.holds(cup)
    frames = [frame(at, logo("Acme", sure)) for at, sure in enumerate((50, 95, 60))]
    installation.has_results("cup-1", "detections.json", json.dumps({"frames": frames}).encode())
    picture = cv2.imencode(".jpg", np.zeros((90, 160, 3), np.uint8))[1].tobytes()
    installation.objects.hold(Address("logostream-frames", frame_key("cup-1", 0, 0, "jpg")), picture)
    return installation


def test_doubtful_frames_are_written_with_their_boxes_and_reasons(
    examined: Installation, tmp_path: Path
) -> None:
    result = logostream("review", "export", "cup-1", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert f"1 frame in {tmp_path / 'logos'}: " in result.output
    [line] = lines(tmp_path / "logos")
    assert line["source-ref"].startswith("s3://logostream-frames/frames/cup-1/")
    assert line["bounding-box"]["image_size"] == [{"width": 160, "height": 90, "depth": 3}]
    [reason] = csv.DictReader(io.StringIO((tmp_path / "logos" / "review.csv").read_text()))
    assert (tmp_path / "logos" / reason["picture"]).read_bytes().startswith(b"\xff\xd8")
    assert reason["reason"] == "Acme: 50 % sure"


def test_what_is_written_for_people_is_what_training_reads(examined: Installation, tmp_path: Path) -> None:
    logostream("review", "export", "cup-1", "--out", str(tmp_path))
    reading = formats.read(tmp_path / "logos")
    assert not reading.violations
    [picture] = reading.pictures
    assert picture.path.read_bytes().startswith(b"\xff\xd8")
    assert picture.boxes == (Box("Acme", 16, 18, 48, 36),)


@pytest.fixture
def examined_by_two(examined: Installation) -> Installation:
    """The same frames, examined by words, too, which is sure of itself but reads another name there."""
    examined.holds(
        replace(video("cup-1", "in/cup.mp4", State.COMPLETED), options=Options(detectors=("logos", "words")))
    )
    frames = [frame(0, logo("Acme", 50)), frame(0, logo("Bolt", 95), detector="words"), frame(1)]
    examined.has_results("cup-1", "detections.json", json.dumps({"frames": frames}).encode())
    return examined


def test_each_detector_learns_from_its_own_boxes_alone(examined_by_two: Installation, tmp_path: Path) -> None:
    logostream("review", "export", "cup-1", "--out", str(tmp_path))
    own = {name: lines(tmp_path / name)[0]["bounding-box-metadata"] for name in ("logos", "words")}
    assert {name: list(one["class-map"].values()) for name, one in own.items()} == {
        "logos": ["Acme"],
        "words": ["Bolt"],
    }
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_one_detector_may_be_chosen(examined_by_two: Installation, tmp_path: Path) -> None:
    wanted = ("--detector", "words", "--detector", "scene")
    result = logostream("review", "export", "cup-1", *wanted, "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["words"]
    assert "cup-1 was not given to scene, but to logos, words" in result.output


def test_a_frame_that_is_gone_is_told_and_left_out(examined: Installation, tmp_path: Path) -> None:
    assert "is gone and left out" in logostream("review", "export", "cup-1", "--out", str(tmp_path)).output


def test_a_video_that_is_still_running_has_nothing_to_review(
    installation: Installation, tmp_path: Path
) -> None:
    installation.holds(video("cup-1", State.DETECTING))
    result = logostream("review", "export", "cup-1", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "wait with" in result.output
