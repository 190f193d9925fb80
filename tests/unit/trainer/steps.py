"""Steps of making a model, which tests of later steps begin with."""

from __future__ import annotations

from pathlib import Path

from services.trainer import project as account
from services.trainer.datasets.checking import Sound, check
from services.trainer.datasets.importing import Imported, bring_in
from services.trainer.formats import read
from services.trainer.versions import training
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion

V1 = ModelVersion("arn:v1", "v1", ModelState.RUNNING, "", 0.0, 1, 0.9)


def sound(folder: Path) -> list[Sound]:
    """The pictures of a folder, checked."""
    verdict = check(read(folder), folder)
    assert not verdict.violations
    return list(verdict.sound)


async def imported(workshop: Workshop, folder: Path, test: Path | None = None) -> Imported:
    """Bring a folder of pictures in."""
    return await bring_in(workshop, sound(folder), sound(test) if test else None, lambda: None)


async def trained(workshop: Workshop, name: str | None = None) -> tuple[Project, ModelVersion]:
    """Train a version to its end."""
    project = await account.need(workshop)
    version, _ = await training.begin(workshop, project, name)
    return project, await training.ended(workshop, project, version.name, lambda sentence: None)
