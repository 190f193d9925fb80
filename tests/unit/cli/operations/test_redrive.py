"""`logostream redrive`: dead letters go back, and are counted."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.cli.installation import Installation
from tests.unit.cli.terminal import logostream


@pytest.mark.parametrize(("letters", "words"), [(0, "0 messages"), (1, "1 message"), (12, "12 messages")])
def test_redrive_tells_how_many_letters_it_moved(
    installation: Installation, letters: int, words: str
) -> None:
    installation.queues["frames-logos-dead"].wait = 0.0
    asyncio.run(installation.queues["frames-logos-dead"].send([str(n) for n in range(letters)]))
    assert (
        logostream("redrive", "frames-logos").output
        == f"{words} moved from frames-logos-dead to frames-logos\n"
    )
    assert len(installation.queues["frames-logos"].sent) == letters
