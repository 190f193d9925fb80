"""Datasets in the account: made, filled parcel by parcel, read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.trainer.datasets.lines import parcels
from services.trainer.project import need
from services.trainer.workshop import Workshop
from shared.models.projects import TEST, TRAIN, DatasetStatus, Kind, Project
from shared.models.rekognition import AlreadyInUse
from shared.runtime.command import Failure

FOUND_OUT = "cl-metadata"  # what the service adds to an entry when it lists it


async def entries(workshop: Workshop, arn: str) -> dict[str, dict[str, Any]]:
    """The entries of a dataset as JSON objects, by their source-ref."""
    found = {}
    for line in await workshop.datasets.entries(arn):
        row = json.loads(line)
        row.pop(FOUND_OUT, None)
        found[row["source-ref"]] = row
    return found


async def find_or_make(workshop: Workshop, project: Project, kind: Kind) -> str:
    """The ARN of a project's dataset of this kind, complete; raises `Failure`."""
    arn = project.datasets.get(kind)
    if arn is None:
        arn = await workshop.datasets.create(project, kind, workshop.tags)
    await complete(workshop, arn)
    return arn


async def changed(workshop: Workshop, project: Project) -> float:
    """When the entries of a project last changed, in seconds since the epoch."""
    described = [await workshop.datasets.describe(arn) for arn in project.datasets.values()]
    return max(one.changed_at for one in described)


async def complete(workshop: Workshop, arn: str) -> int:
    """Wait until a dataset is at rest; its number of entries. Raises `Failure` when it failed."""

    async def at_rest() -> DatasetStatus | None:
        status = await workshop.datasets.describe(arn)
        return None if status.busy else status

    status = await workshop.until(at_rest)
    if status.failed:
        raise Failure(f"the dataset is {status.state}: {status.message}")
    return status.entries


async def put(workshop: Workshop, arn: str, lines: Sequence[str]) -> int:
    """Add or replace entries, those that are not there as they should be; how many there were of them."""
    there = await entries(workshop, arn)
    rows = {line: json.loads(line) for line in lines}
    wanted = [line for line, row in rows.items() if there.get(row["source-ref"]) != row]
    for parcel in parcels(wanted):
        await _update(workshop, arn, parcel)
    return len(wanted)


async def _update(workshop: Workshop, arn: str, parcel: bytes) -> None:
    async def taken() -> bool | None:
        try:
            await workshop.datasets.update(arn, parcel)
        except AlreadyInUse:  # another update, perhaps of a run that was killed
            return None
        return True

    await workshop.until(taken)
    await complete(workshop, arn)


async def share_out(workshop: Workshop, project: Project) -> None:
    """Have a fifth of the training entries moved into the test set, if that is empty."""
    project = await need(workshop, project.name)
    train = project.datasets[TRAIN]
    test = await find_or_make(workshop, project, TEST)
    if await complete(workshop, test):
        return
    await workshop.datasets.share_out(train, test)
    for arn in (train, test):
        await complete(workshop, arn)
