"""All is deleted in the order AWS accepts, and nothing that others made."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.trainer import project as account
from services.trainer.versions import deletion, promotion
from services.trainer.workshop import Workshop
from shared.runtime.command import Failure
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import brands
from tests.unit.trainer.steps import imported, trained

pytestmark = pytest.mark.real_time


@pytest.mark.parametrize("lag", [0, 5])
async def test_all_is_deleted_in_the_order_aws_accepts(
    workshop: Workshop, stand: Stand, tmp_path: Path, lag: float
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, version = await trained(workshop)
    await stand.admin("faults", {"stale_seconds": lag})
    await promotion.start(workshop, project, version, 1)
    project = await account.need(workshop)
    await deletion.check_ours(workshop, project)
    said: list[str] = []
    await deletion.delete_project(workshop, project, said.append)
    assert said == [
        "stopping v1",
        "deleting v1",
        "deleting the train dataset",
        "deleting the test dataset",
        "deleting project brands",
    ]
    assert not stand.account.store.projects
    assert not stand.account.store.datasets
    assert not stand.account.store.versions


async def test_what_others_made_is_refused(workshop: Workshop, stand: Stand) -> None:
    await stand.call("create_project", ProjectName="brands")
    with pytest.raises(Failure, match="not made by this installation"):
        await deletion.check_ours(workshop, await account.need(workshop))
