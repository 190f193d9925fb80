"""From a folder of pictures to a version in service: each step finds what is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.trainer import project as account
from services.trainer.evaluation import results
from services.trainer.versions import copying, promotion, training
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.runtime.command import Failure
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import brands, scenes
from tests.unit.trainer.steps import V1, imported, trained

pytestmark = pytest.mark.real_time


async def test_a_project_is_made_once_and_tagged(workshop: Workshop, stand: Stand) -> None:
    project, new = await account.find_or_make(workshop)
    again, made_again = await account.find_or_make(workshop)
    assert (new, made_again, again) == (True, False, project)
    assert stand.account.store.tags[project.arn] == {"logostream": "logostream"}


async def test_from_a_folder_of_pictures_to_a_tested_version_in_service(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, version = await trained(workshop)
    assert (version.name, version.state) == ("v1", ModelState.TRAINING_COMPLETED)
    judged = await results.evaluation(workshop, version)
    assert judged.f1 == pytest.approx(1)
    started = await promotion.start(workshop, project, version, 1)
    stand.version = started.arn
    assert started.state is ModelState.RUNNING
    assert await results.worst_pictures(workshop, project, started, judged, 5) == []


async def test_a_training_is_watched_and_not_begun_again_until_pictures_change(
    workshop: Workshop, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project = await account.need(workshop)
    first, new = await training.begin(workshop, project, None)
    second, new_again = await training.begin(workshop, project, first.name)
    assert (new, new_again, second.arn) == (True, False, first.arn)
    await training.ended(workshop, project, first.name, lambda sentence: None)
    over, new_once_more = await training.begin(workshop, project, None)
    assert (over.name, over.state, new_once_more) == ("v1", ModelState.TRAINING_COMPLETED, False)
    await imported(workshop, brands(tmp_path / "more", 6))
    assert (await training.begin(workshop, project, None))[0].name == "v2"


def test_a_version_that_failed_or_is_older_than_a_picture_is_no_reason_not_to_train() -> None:
    trained = replace(V1, created_at=100.0)
    assert training.current([trained], 100.0) == trained
    assert training.current([trained], 101.0) is None
    assert training.current([replace(trained, state=ModelState.TRAINING_FAILED)], 99.0) is None
    under_way = replace(trained, state=ModelState.TRAINING_IN_PROGRESS)
    assert training.current([trained, under_way], 99.0) == under_way


async def test_without_pictures_there_is_no_training(workshop: Workshop) -> None:
    project, _ = await account.find_or_make(workshop)
    with pytest.raises(Failure, match="dataset import"):
        await training.begin(workshop, project, None)
    with pytest.raises(Failure, match="no project nowhere"):
        await account.need(workshop, "nowhere")
    with pytest.raises(Failure, match="no version v9"):
        await account.need_version(workshop, project, "v9")


async def test_a_training_that_fails_is_told_with_its_reason(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "brands"
    for number, path in enumerate(scenes(folder / "unlearnable", 3) + scenes(folder / "red", 3)):
        path.write_bytes(path.read_bytes() + bytes([number]) * 3)
    await imported(workshop, folder)
    with pytest.raises(Failure, match="cannot be learnt"):
        await trained(workshop)


async def test_a_copy_is_made_once_and_knows_the_same(workshop: Workshop, tmp_path: Path) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    _, version = await trained(workshop)
    _, copied = await copying.copy(workshop, "v1", "live", "v7")
    _, again = await copying.copy(workshop, "v1", "live", "v7")
    assert (copied.arn, copied.state, copied.f1) == (again.arn, ModelState.COPYING_COMPLETED, version.f1)
