"""The versions of a Custom Labels project over Amazon Rekognition: listed, trained, copied, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.aws.rekognition.errors import translated
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.storage.objects import Address

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


class ProjectVersions:
    """`Versions` over one project, and what makes and unmakes them; raises a kind of `RekognitionError`."""

    def __init__(self, client: RekognitionClient, project_arn: str) -> None:
        self._client = client
        self._project_arn = project_arn

    async def all(self) -> list[ModelVersion]:
        found = []
        with translated():
            pages = self._client.get_paginator("describe_project_versions").paginate(
                ProjectArn=self._project_arn
            )
            async for page in pages:
                found += [_version(row) for row in page.get("ProjectVersionDescriptions", [])]
        return sorted(found, key=lambda version: -version.created_at)

    async def find(self, name: str) -> ModelVersion | None:
        """The version of this name, if there is one."""
        with translated():
            reply = await self._client.describe_project_versions(
                ProjectArn=self._project_arn, VersionNames=[name]
            )
        return next((_version(row) for row in reply["ProjectVersionDescriptions"]), None)

    async def train(self, name: str, output: Address, tags: Mapping[str, str]) -> None:
        """Begin to train a version on the project's datasets; what it finds is written below `output`."""
        with translated():
            await self._client.create_project_version(
                ProjectArn=self._project_arn,
                VersionName=name,
                OutputConfig={"S3Bucket": output.bucket, "S3KeyPrefix": output.key},
                Tags=tags,
            )

    async def copy(
        self, source: ModelVersion, to: Project, name: str, output: Address, tags: Mapping[str, str]
    ) -> None:
        """Begin to copy one of these versions into another project."""
        with translated():
            await self._client.copy_project_version(
                SourceProjectArn=self._project_arn,
                SourceProjectVersionArn=source.arn,
                DestinationProjectArn=to.arn,
                VersionName=name,
                OutputConfig={"S3Bucket": output.bucket, "S3KeyPrefix": output.key},
                Tags=tags,
            )

    async def delete(self, version: ModelVersion) -> None:
        """Begin to delete a version; raises `AlreadyInUse` while it trains or runs."""
        with translated():
            await self._client.delete_project_version(ProjectVersionArn=version.arn)


def _version(row: Any) -> ModelVersion:
    result = row.get("EvaluationResult", {})
    summary = result.get("Summary", {}).get("S3Object")
    least = row.get("MinInferenceUnits") or 0
    return ModelVersion(
        arn=row["ProjectVersionArn"],
        name=row["ProjectVersionArn"].split("/")[3],
        state=ModelState(row["Status"]),
        message=row.get("StatusMessage", ""),
        created_at=row["CreationTimestamp"].timestamp(),
        units=row.get("MaxInferenceUnits") or least,
        f1=result.get("F1Score"),
        least_units=least,
        summary=Address(summary["Bucket"], summary["Name"]) if summary else None,
    )
