"""Every operation the stand-in has, by its name on the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import (
    asked,
    custom_labels,
    datasets,
    entries,
    labels,
    moderation,
    projects,
    tags,
    text,
    versions,
)
from services.rekognition_local.wire import AnyRequest

Reply = dict[str, Any]
Operation = Callable[[Account, Reply], Awaitable[Reply]]


def _operation(kind: type[AnyRequest], act: Callable[[Account, AnyRequest], Awaitable[Reply]]) -> Operation:
    async def run(account: Account, body: Reply) -> Reply:
        request = wire.parse(kind, body)
        account.admit_call(kind.__name__)
        await asked.suffer(account, kind.__name__)
        return await act(account, request)

    return run


OPERATIONS: dict[str, Operation] = {
    "CreateProject": _operation(wire.CreateProject, projects.create),
    "DescribeProjects": _operation(wire.DescribeProjects, projects.describe),
    "DeleteProject": _operation(wire.DeleteProject, projects.delete),
    "CreateDataset": _operation(wire.CreateDataset, datasets.create),
    "DescribeDataset": _operation(wire.DescribeDataset, datasets.describe),
    "DeleteDataset": _operation(wire.DeleteDataset, datasets.delete),
    "DistributeDatasetEntries": _operation(wire.DistributeDatasetEntries, datasets.distribute),
    "UpdateDatasetEntries": _operation(wire.UpdateDatasetEntries, entries.update),
    "ListDatasetEntries": _operation(wire.ListDatasetEntries, entries.list_all),
    "ListDatasetLabels": _operation(wire.ListDatasetLabels, entries.list_labels),
    "CreateProjectVersion": _operation(wire.CreateProjectVersion, versions.create),
    "DescribeProjectVersions": _operation(wire.DescribeProjectVersions, versions.describe),
    "StartProjectVersion": _operation(wire.StartProjectVersion, versions.start),
    "StopProjectVersion": _operation(wire.StopProjectVersion, versions.stop),
    "CopyProjectVersion": _operation(wire.CopyProjectVersion, versions.copy),
    "DeleteProjectVersion": _operation(wire.DeleteProjectVersion, versions.delete),
    "TagResource": _operation(wire.TagResource, tags.add),
    "UntagResource": _operation(wire.UntagResource, tags.remove),
    "ListTagsForResource": _operation(wire.ListTagsForResource, tags.list_all),
    "DetectCustomLabels": _operation(wire.DetectCustomLabels, custom_labels.detect),
    "DetectLabels": _operation(wire.DetectLabels, labels.detect),
    "DetectText": _operation(wire.DetectText, text.detect),
    "DetectModerationLabels": _operation(wire.DetectModerationLabels, moderation.detect),
}
