"""The versions of a model's project, as Rekognition lists them, with what their evaluation said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from shared.control import ModelState
from shared.rekognition import translated

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained model. `created_at` is in seconds since the epoch; `f1` is 0 to 1, None before its test."""

    arn: str
    name: str
    state: ModelState
    message: str
    created_at: float
    units: int  # the most it may use, while it runs
    f1: float | None


class Versions(Protocol):
    """Lists the versions of one project; raises a kind of `RekognitionError`."""

    async def versions(self) -> list[ModelVersion]:
        """All of them, the newest first."""
        ...


class ProjectVersions:
    """`Versions` over DescribeProjectVersions."""

    def __init__(self, client: RekognitionClient, project_arn: str) -> None:
        self._client = client
        self._project_arn = project_arn

    async def versions(self) -> list[ModelVersion]:
        found = []
        with translated():
            pages = self._client.get_paginator("describe_project_versions").paginate(
                ProjectArn=self._project_arn
            )
            async for page in pages:
                found += [_version(each) for each in page.get("ProjectVersionDescriptions", [])]
        return sorted(found, key=lambda version: -version.created_at)


def _version(row: Any) -> ModelVersion:
    return ModelVersion(
        arn=row["ProjectVersionArn"],
        name=row["ProjectVersionArn"].split("/")[3],
        state=ModelState(row["Status"]),
        message=row.get("StatusMessage", ""),
        created_at=row["CreationTimestamp"].timestamp(),
        units=row.get("MaxInferenceUnits") or row.get("MinInferenceUnits") or 0,
        f1=row.get("EvaluationResult", {}).get("F1Score"),
    )
