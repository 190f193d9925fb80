"""Redriving dead letters: all that are there now, each sent before it is deleted."""

from __future__ import annotations

import pytest

from shared.messaging.queue import QueueError
from shared.messaging.redrive import move_all
from tests.fakes import FakeQueue

LETTERS = [str(n) for n in range(25)]


async def test_all_dead_letters_are_moved() -> None:
    dead, alive = FakeQueue("frames-dead"), FakeQueue("frames")
    await dead.send(LETTERS)
    assert await move_all(dead, alive) == 25
    assert alive.bodies == LETTERS
    assert dead.bodies == []


async def test_letters_keep_the_group_they_came_with() -> None:
    dead, alive = FakeQueue("frames-dead"), FakeQueue("frames")
    await dead.send(["a", "b"], group="video-1")
    await dead.send(["c"], group="video-2")
    await dead.send(["d"])
    await move_all(dead, alive)
    assert sorted(alive.sent) == [("a", "video-1"), ("b", "video-1"), ("c", "video-2"), ("d", None)]


async def test_an_empty_queue_is_no_error() -> None:
    assert await move_all(FakeQueue("frames-dead"), FakeQueue("frames")) == 0


async def test_letters_that_die_again_at_once_are_not_moved_for_ever() -> None:
    dead = FakeQueue("frames-dead")
    await dead.send(LETTERS)
    assert await move_all(dead, dead) == 25
    assert sorted(dead.bodies) == sorted(LETTERS)


@pytest.mark.parametrize("call", ["send", "delete"])
async def test_a_failure_loses_no_letter(call: str) -> None:
    dead, alive = FakeQueue("frames-dead"), FakeQueue("frames")
    await dead.send(LETTERS)
    (alive if call == "send" else dead).faults.refuse[call] = 1
    with pytest.raises(QueueError):
        await move_all(dead, alive)
    assert set(dead.bodies) | set(alive.bodies) == set(LETTERS)
