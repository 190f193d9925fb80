"""Promises of learning in a process of its own."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from services.rekognition_local.training import learning, material
from shared.datasets.manifest import Labelled

pytestmark = pytest.mark.real_time


def ignore(share: float) -> None:
    """Progress is of no interest."""


async def test_material_without_labels_is_told_in_one_sentence(tmp_path: Path) -> None:
    material.write_labels(tmp_path, {}, {})
    with pytest.raises(learning.TrainingFailed, match=r"^no training picture has a labelled box.*$"):
        await learning.learn(tmp_path, tmp_path / "model.npz", ignore)


async def test_a_damaged_picture_is_told_in_one_sentence(tmp_path: Path) -> None:
    material.write_labels(tmp_path, {0: Labelled(1, "logos", "a.png", whole="red")}, {})
    material.picture_file(tmp_path, 0).write_bytes(b"noise")
    with pytest.raises(learning.TrainingFailed, match=r"^The image is damaged\.$"):
        await learning.learn(tmp_path, tmp_path / "model.npz", ignore)


async def test_a_child_that_breaks_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text("no JSON")
    with pytest.raises(learning.TrainingFailed, match=r"^The learning process ended with code 1: .*JSON"):
        await learning.learn(tmp_path, tmp_path / "model.npz", ignore)


async def test_breaking_off_ends_the_child(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "labels.json")  # the child waits for a writer that never comes
    learner = asyncio.create_task(learning.learn(tmp_path, tmp_path / "model.npz", ignore))
    # Opening a pipe for writing returns when somebody reads: the child is at work.
    pipe = await asyncio.to_thread(open, tmp_path / "labels.json", "wb")
    learner.cancel()
    with pytest.raises(asyncio.CancelledError):
        await learner
    with pytest.raises(BrokenPipeError), pipe:
        pipe.write(b"anybody?")
