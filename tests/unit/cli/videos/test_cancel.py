"""`logostream cancel`: once, and only what has not ended."""

from __future__ import annotations

from shared.videos.ledger import State
from tests.known_videos import video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream


def test_cancel_cancels_a_video_once(installation: Installation) -> None:
    installation.holds(video("cup-1a2b", "in/cup.mp4"))
    result = logostream("cancel", "cup")
    assert (result.exit_code, result.output) == (0, "cup-1a2b is cancelled\n")
    assert installation.videos.videos["cup-1a2b"].state is State.CANCELLED
    again = logostream("cancel", "cup")
    assert again.exit_code == 1
    assert "cup-1a2b has ended already and cannot be cancelled" in again.output
