"""What was learnt once is taken from the folder where it is kept, and nothing else is taken for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.rekognition_local.training import material, remembered
from services.rekognition_local.training.learning import TrainingFailed
from services.rekognition_local.training.remembered import KEPT, fingerprint, remembering


class Learner:
    """Learns at once: the model is what the pictures are, with the number of the lesson."""

    def __init__(self) -> None:
        self.lessons = 0

    async def __call__(self, folder: Path, model: Path, tell: Callable[[float], None]) -> None:
        self.lessons += 1
        model.write_bytes(material.picture_file(folder, 0).read_bytes() + b" learnt %d" % self.lessons)
        material.finds_file(folder).write_text("[]")


def pictures(folder: Path, shown: bytes) -> Path:
    folder.mkdir()
    material.picture_file(folder, 0).write_bytes(shown)
    return folder


@pytest.fixture
def learner() -> Learner:
    return Learner()


async def model_of(learner: Learner, tmp_path: Path, shown: bytes) -> bytes:
    """The model of a training in a folder of its own."""
    number = sum(1 for _ in tmp_path.iterdir())
    folder, model = pictures(tmp_path / f"material {number}", shown), tmp_path / f"model {number}"
    await remembering(learner, tmp_path / "kept")(folder, model, lambda share: None)
    assert material.finds_file(folder).read_text() == "[]"
    return model.read_bytes()


async def test_the_same_pictures_are_learnt_once(learner: Learner, tmp_path: Path) -> None:
    first = await model_of(learner, tmp_path, b"red")
    assert await model_of(learner, tmp_path, b"red") == first == b"red learnt 1"
    assert await model_of(learner, tmp_path, b"blue") == b"blue learnt 2"


async def test_only_the_models_used_last_are_kept(learner: Learner, tmp_path: Path) -> None:
    await model_of(learner, tmp_path, b"0")
    for number, kept in enumerate((tmp_path / "kept").iterdir(), 1):
        os.utime(kept, (number, number))  # long ago
    for number in range(1, KEPT + 1):
        await model_of(learner, tmp_path, b"%d" % number)
    assert sum(1 for _ in (tmp_path / "kept").iterdir()) == KEPT
    assert await model_of(learner, tmp_path, b"%d" % KEPT) == b"%d learnt %d" % (KEPT, KEPT + 1)
    assert await model_of(learner, tmp_path, b"0") == b"0 learnt %d" % (KEPT + 2)


async def test_a_failed_training_leaves_nothing(tmp_path: Path) -> None:
    async def fail(*_: object) -> None:
        raise TrainingFailed("no")

    with pytest.raises(TrainingFailed):
        await remembering(fail, tmp_path / "kept")(
            pictures(tmp_path / "material", b""), tmp_path / "model", lambda share: None
        )
    assert not (tmp_path / "kept").exists()


async def test_a_folder_that_takes_nothing_costs_no_training(learner: Learner, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    assert await model_of(learner, tmp_path, b"red") == b"red learnt 1"


@pytest.mark.parametrize(
    "place", ["images.py", "training/material.py", "recognition/hog.py", "recognition/rehearsal/warps.py"]
)
def test_other_code_learns_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    folder = pictures(tmp_path / "material", b"red")
    before = fingerprint(folder)
    code = tmp_path / "code" / place
    code.parent.mkdir(parents=True)
    monkeypatch.setattr(remembered, "_CODE", tmp_path / "code")
    code.write_text("1")
    changed = fingerprint(folder)
    code.write_text("2")
    assert len({before, changed, fingerprint(folder)}) == 3
