"""Finding the video that a user names."""

from __future__ import annotations

import pytest

from services.cli.videos.lookup import find_video
from shared.runtime.command import Failure
from shared.videos.ledger import State
from tests.known_videos import ledger_of, video
from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream

CUP = video("cup-1a2b", "in/cup.mp4")
CUP_FINAL = video("cup-final-3c4d", "in/cup final.mp4", State.COMPLETED)
RACE = video("race-5e6f", "uploads/77/race.mov", State.CANCELLED)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("cup-1a2b", CUP),
        ("cup-1", CUP),
        ("race", RACE),
        ("cup-final", CUP_FINAL),
        ("cup.mp4", CUP),
        ("cup final.mp4", CUP_FINAL),
        ("race.mov", RACE),
    ],
)
async def test_a_video_is_found_by_its_id_the_start_of_it_or_its_file(name: str, found: object) -> None:
    assert await find_video(await ledger_of(CUP, CUP_FINAL, RACE), name) == found


async def test_an_id_that_also_begins_another_means_itself() -> None:
    assert await find_video(await ledger_of(video("cup", "a.mp4"), CUP), "cup") == video("cup", "a.mp4")


async def test_an_unknown_name_leads_to_the_list() -> None:
    with pytest.raises(Failure, match="no video is known as 'tennis': see `logostream status`"):
        await find_video(await ledger_of(CUP), "tennis")


async def test_an_ambiguous_name_lists_what_it_may_mean() -> None:
    with pytest.raises(Failure, match=r"may mean any of cup-1a2b, cup-final-3c4d: give more of the id"):
        await find_video(await ledger_of(CUP, CUP_FINAL, RACE), "cup")


def test_an_unknown_video_is_one_sentence_from_every_command(installation: Installation) -> None:
    for command in ("cancel", "results", "status"):
        result = logostream(command, "tennis")
        assert result.exit_code == 1
        assert "no video is known as 'tennis'" in result.output
