"""`logostream results`: as a table, as files, and as the notebooks write them; or why there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.videos.announcements import RESULT_FILES
from shared.videos.ledger import State
from tests.known_videos import summary, video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream

FRAME = {
    "name": "frame_0061_00h01m01.000s",
    "instant": 61,
    "at_s": 61.0,
    "outcome": "detected",
    "detector": "logos",
    "detections": [{"label": "Café", "confidence": 87.6543, "box": None}],
}


def test_results_are_a_table_a_summary_or_a_list_of_exposures(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    installation.has_results("cup-1", "summary.json", json.dumps(summary()).encode())
    installation.has_results("cup-1", "exposures.csv", b"brand,start\nAcme,0\n")
    assert "Acme" in logostream("results", "cup").output
    assert json.loads(logostream("results", "cup", "--format", "json").output) == summary()
    assert logostream("results", "cup", "--format", "csv").output == "brand,start\nAcme,0\n"


@pytest.mark.parametrize(
    ("state", "error", "sentence"),
    [
        (State.DETECTING, "", "cup-1 is DETECTING: wait with `logostream status cup-1 --watch`"),
        (State.FAILED, "it is no video", "cup-1 is FAILED and has no results: it is no video"),
        (State.CANCELLED, "", "cup-1 is CANCELLED and has no results"),
    ],
)
def test_results_that_are_not_there_are_explained(
    installation: Installation, state: State, error: str, sentence: str
) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", state, error))
    result = logostream("results", "cup")
    assert (result.exit_code, result.output) == (1, f"logostream: {sentence}\n")


def test_legacy_results_have_exactly_the_shape_of_the_notebooks(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    empty = {**FRAME, "instant": 62, "at_s": 62.0, "detections": []}
    failed = {**FRAME, "instant": 63, "outcome": "failed"}
    del failed["detections"]
    extra = {**FRAME, "grid": 8}
    body = json.dumps({"frames": [FRAME, empty, failed, extra]}).encode()
    installation.has_results("cup-1", "detections.json", body)
    told = logostream("results", "cup-1", "--legacy").output
    wanted = [
        {"frame": "frame_0061_min01_sec01.jpg", "detections": [{"label": "Café", "confidence": 87.65}]},
        {"frame": "frame_0062_min01_sec02.jpg", "detections": []},
    ]
    assert told == json.dumps(wanted, indent=2) + "\n"


def test_all_results_are_copied_into_a_folder(installation: Installation, tmp_path: Path) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    for name in RESULT_FILES:
        installation.has_results("cup-1", name, name.encode())
    result = logostream("results", "cup-1", "--out", str(tmp_path / "cup"))
    assert result.exit_code == 0
    assert {path.name: path.read_text() for path in (tmp_path / "cup").iterdir()} == {
        name: name for name in RESULT_FILES
    }
