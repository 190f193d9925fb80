"""`logostream status`: videos, queues and the model, for people and for programs."""

from __future__ import annotations

import json

from shared.videos.ledger import State
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream


def test_status_shows_videos_queues_and_the_model(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4"), video("race-2", "in/race.mp4", State.COMPLETED))
    output = logostream("status").output
    for words in ("cup-1", "race-2", "EXTRACTING", "COMPLETED", "frames", "no controller has reported"):
        assert words in output
    assert "race-2" not in logostream("status", "cup").output


def test_status_prints_json_for_programs(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4"))
    document = json.loads(logostream("status", "--json").output)
    assert [shown["id"] for shown in document["videos"]] == ["cup-1"]
    assert document["queues"]["frames-logos"] == {"visible": 5, "in_flight": 3, "delayed": 2}


def test_watching_ends_when_all_videos_have_ended(installation: Installation) -> None:
    installation.holds(video("cup-1", "in/cup.mp4", State.COMPLETED))
    assert logostream("status", "--watch").exit_code == 0
