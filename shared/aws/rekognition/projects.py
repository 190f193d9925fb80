"""Custom Labels projects and datasets over Amazon Rekognition; all raise a kind of `RekognitionError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.aws.rekognition.errors import translated
from shared.models.projects import DatasetStatus, Kind, Project

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


class Projects:
    """The projects of an account and region; listings lag behind what was done."""

    def __init__(self, client: RekognitionClient) -> None:
        self._client = client

    async def all(self) -> list[Project]:
        """Every project."""
        found = []
        with translated():
            async for page in self._client.get_paginator("describe_projects").paginate():
                found += [_project(row) for row in page["ProjectDescriptions"]]
        return found

    async def find(self, name: str) -> Project | None:
        """The project of this name, if there is one."""
        with translated():
            reply = await self._client.describe_projects(ProjectNames=[name])
        return next((_project(row) for row in reply["ProjectDescriptions"]), None)

    async def create(self, name: str, tags: Mapping[str, str]) -> None:
        """Make a project; raises `AlreadyInUse` when there is one of that name."""
        with translated():
            await self._client.create_project(ProjectName=name, Tags=tags)

    async def tags(self, project: Project) -> dict[str, str]:
        """The tags of a project."""
        with translated():
            reply = await self._client.list_tags_for_resource(ResourceArn=project.arn)
        return dict(reply["Tags"])

    async def delete(self, project: Project) -> None:
        """Begin to delete a project; raises `AlreadyInUse` while it has versions or datasets."""
        with translated():
            await self._client.delete_project(ProjectArn=project.arn)


class Datasets:
    """The datasets of an account and region, by their ARNs; one that is not there is `Misconfigured`."""

    def __init__(self, client: RekognitionClient) -> None:
        self._client = client

    async def create(self, project: Project, kind: Kind, tags: Mapping[str, str]) -> str:
        """Begin to make an empty dataset; its ARN."""
        with translated():
            reply = await self._client.create_dataset(ProjectArn=project.arn, DatasetType=kind, Tags=tags)
        return reply["DatasetArn"]

    async def describe(self, arn: str) -> DatasetStatus:
        """How a dataset is."""
        with translated():
            reply = await self._client.describe_dataset(DatasetArn=arn)
        row = reply["DatasetDescription"]
        entries, changed_at = row["DatasetStats"]["TotalEntries"], row["LastUpdatedTimestamp"].timestamp()
        return DatasetStatus(row["Status"], row.get("StatusMessage", ""), entries, changed_at)

    async def entries(self, arn: str) -> list[str]:
        """All entries of a dataset, as JSON lines."""
        found: list[str] = []
        with translated():
            async for page in self._client.get_paginator("list_dataset_entries").paginate(DatasetArn=arn):
                found += page["DatasetEntries"]
        return found

    async def update(self, arn: str, lines: bytes) -> None:
        """Begin to put entries, each by their source-ref; raises `AlreadyInUse` during another change."""
        with translated():
            await self._client.update_dataset_entries(DatasetArn=arn, Changes={"GroundTruth": lines})

    async def share_out(self, train: str, test: str) -> None:
        """Begin to move a fifth of the training entries into an empty test set."""
        with translated():
            await self._client.distribute_dataset_entries(Datasets=[{"Arn": train}, {"Arn": test}])

    async def delete(self, arn: str) -> None:
        """Begin to delete a dataset."""
        with translated():
            await self._client.delete_dataset(DatasetArn=arn)


def _project(row: Any) -> Project:
    datasets = {one["DatasetType"]: one["DatasetArn"] for one in row.get("Datasets", [])}
    return Project(row["ProjectArn"], row["ProjectArn"].split("/")[1], row["Status"], datasets)
