"""One version gives way to another: only when it is good enough, and only once the other runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.trainer import project as account
from services.trainer.versions import promotion
from services.trainer.versions.promotion import Requirement, refusal
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure
from tests.unit.rekognition_local.stand import Stand
from tests.unit.trainer.samples import brands
from tests.unit.trainer.steps import V1, imported, trained

pytestmark = pytest.mark.real_time

V2 = replace(V1, arn="arn:v2", name="v2", state=ModelState.TRAINING_COMPLETED)


async def test_blue_gives_way_to_green_only_once_it_runs(
    workshop: Workshop, stand: Stand, tmp_path: Path
) -> None:
    await imported(workshop, brands(tmp_path / "brands"))
    project, blue = await trained(workshop)
    await promotion.start(workshop, project, blue, 2)
    _, green = await trained(workshop, "v2")
    await stand.admin("faults", {"failing_starts": 1})
    with pytest.raises(Failure, match="did not start"):
        await promotion.start(workshop, project, green, 1)
    assert (await account.need_version(workshop, project, "v1")).state is ModelState.RUNNING
    green = await promotion.start(workshop, project, await account.need_version(workshop, project, "v2"), 1)
    assert len(await promotion.running_models(workshop)) == 2
    blue = await account.need_version(workshop, project, "v1")
    assert (await promotion.stop(workshop, project, blue)).least_units == 2
    assert await promotion.running_models(workshop) == [green.arn]
    assert green.state is ModelState.RUNNING


@pytest.mark.parametrize(
    ("new", "old", "gate", "running", "reason"),
    [
        (V2, V1, Requirement(), ["arn:v1"], None),
        (V2, None, Requirement(), [], None),
        (replace(V2, f1=0.85), V1, Requirement(slack=0.1), ["arn:v1"], None),
        (replace(V2, f1=None), None, Requirement(), [], None),
        (V2, V1, Requirement(), ["arn:v1", "arn:x"], "as many models as AWS allows"),
        (replace(V2, f1=0.85), V1, Requirement(), ["arn:v1"], "v1, which is in service, has 0.900"),
        (V2, None, Requirement(least=0.95), [], "below the 0.950"),
        (replace(V2, f1=None), V1, Requirement(), ["arn:v1"], "was not tested"),
        (replace(V2, state=ModelState.TRAINING_FAILED), None, Requirement(), [], "cannot be started"),
    ],
)
def test_the_gate_lets_pass_what_is_good_enough_and_fits(
    new: ModelVersion, old: ModelVersion | None, gate: Requirement, running: list[str], reason: str | None
) -> None:
    refused = refusal(new, old, gate, running)
    assert (refused is None) if reason is None else (reason in (refused or ""))
