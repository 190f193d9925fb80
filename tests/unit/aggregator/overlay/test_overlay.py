"""The overlay: boxes move evenly between samples, and every frame comes out with its boxes at its time."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.overlay.boxes import Boxes
from services.aggregator.overlay.drawing import colour, draw
from shared.config.analysis import Analysis


def logo(left: float, confidence: float = 90.0) -> dict[str, Any]:
    box = {"left": left, "top": 0.2, "width": 0.2, "height": 0.4}
    return {"label": "Acme", "confidence": confidence, "box": box}


def document(*frames: dict[str, Any] | None) -> dict[str, Any]:
    """The detections.json of a video sampled once a second, with a logo where it is not None."""
    return {
        "video": {"interval_s": 1.0, "duration_s": float(len(frames))},
        "frames": [
            {
                "at_s": float(at),
                "outcome": "detected",
                "detector": "logos",
                "detections": [each] if each else [],
            }
            for at, each in enumerate(frames)
        ],
    }


MOVING = Boxes(document(None, logo(0.1), logo(0.3), None, None), Analysis())


@given(st.fractions(F(1), F(199, 100)))
def test_between_two_samples_a_box_moves_evenly(at: F) -> None:
    [shown] = MOVING.at(at)
    assert shown.box.left == pytest.approx(0.1 + 0.2 * float(at - 1))


@pytest.mark.parametrize(("at", "seen"), [(F(0), 0), (F(1, 2), 1), (F(249, 100), 1), (F(5, 2), 0), (F(4), 0)])
def test_a_box_is_shown_for_as_long_as_the_exposure_lasts(at: F, seen: int) -> None:
    assert len(MOVING.at(at)) == seen


def test_where_a_sample_missed_the_logo_it_has_a_box_but_no_confidence() -> None:
    boxes = Boxes(document(logo(0.1), None, logo(0.3)), Analysis(gap=1.0))
    [shown] = boxes.at(F(1))
    assert shown.box.left == pytest.approx(0.2)
    assert shown.confidence is None


def test_detectors_are_kept_apart_and_screened_frames_are_blank() -> None:
    told = document(logo(0.1), None, logo(0.1))
    told["frames"][1] = {"at_s": 1.0, "outcome": "skipped", "reason": "too dark"}
    told["frames"].append({**told["frames"][0], "detector": "words"})
    boxes = Boxes(told, Analysis(gap=5.0))
    assert len(boxes.at(F(0))) == 2
    assert boxes.at(F(1)) == []


def test_brands_have_colours_that_can_be_told_apart() -> None:
    assert len({colour(number) for number in range(40)}) == 40


def test_a_box_is_drawn_where_it_is() -> None:
    drawn = draw(np.zeros((180, 320, 3), np.uint8), MOVING.at(F(1)), MOVING.brands)
    assert drawn[36, 50].any()
    assert not drawn[100, 60].any()


@pytest.mark.real_time
def test_every_frame_is_encoded_at_its_time(tmp_path: Path) -> None:
    (tmp_path / "detections.json").write_text(json.dumps(document(logo(0.1), logo(0.3))))
    (tmp_path / "summary.json").write_text(json.dumps({"analysis": {"gap": 1.0}}))
    times = [0.0, 0.04, 0.2, 1.0]  # a variable rate
    for number, _ in enumerate(times):
        cv2.imwrite(str(tmp_path / f"{number}.jpg"), np.full((91, 161, 3), 40, np.uint8))
    lines = [
        json.dumps({"file": str(tmp_path / f"{number}.jpg"), "timestamp_s": at}) + "\n"
        for number, at in enumerate(times)
    ]
    out = tmp_path / "out.mp4"
    folders = ["--results", str(tmp_path), "--out", str(out)]
    command = [sys.executable, "-m", "services.aggregator.overlay", *folders]
    subprocess.run(command, input="".join(lines), text=True, check=True, timeout=50)
    with av.open(str(out), "r") as video:
        frames = list(video.decode(video=0))
    assert [round(float(frame.time or 0), 3) for frame in frames] == times
    assert (frames[0].width, frames[0].height) == (160, 90)
    assert not list(tmp_path.glob("*.jpg"))
