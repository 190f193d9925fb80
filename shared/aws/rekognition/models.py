"""Models over Amazon Rekognition: how one is started, stopped and asked for its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.aws.rekognition.errors import translated
from shared.config.arns import version_name
from shared.models.control import ModelState
from shared.models.rekognition import Misconfigured, ModelStatus, QuotaReached, Throttled
from shared.storage.objects import Address

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


class ProjectVersion:
    """`Models` over one project version, which is described by its project's ARN and its own name."""

    def __init__(self, client: RekognitionClient, project_arn: str, model_arn: str) -> None:
        self._client = client
        self._project_arn = project_arn
        self._model_arn = model_arn
        self._name = version_name(model_arn)

    async def describe(self) -> ModelStatus:
        version = await self._describe()
        units = version.get("MaxInferenceUnits") or version.get("MinInferenceUnits") or 0
        return ModelStatus(ModelState(version["Status"]), version.get("StatusMessage", ""), units)

    async def summary(self) -> Address:
        """Where the summary of its training's test lies; raises `Misconfigured` if it was not tested."""
        version = await self._describe()
        summary = version.get("EvaluationResult", {}).get("Summary", {}).get("S3Object")
        if not summary:
            raise Misconfigured(f"model version {self._name} has no summary of its training")
        return Address(summary["Bucket"], summary["Name"])

    async def _describe(self) -> Any:
        if not self._project_arn:
            raise Misconfigured(f"the project of version {self._name} is unknown: set LOGOSTREAM_PROJECT_ARN")
        with translated():
            reply = await self._client.describe_project_versions(
                ProjectArn=self._project_arn, VersionNames=[self._name]
            )
        versions = reply.get("ProjectVersionDescriptions", [])
        if not versions:
            raise Misconfigured(f"project {self._project_arn} has no model version named {self._name}")
        return versions[0]

    async def start(self, units: int, most_units: int | None = None) -> None:
        most = {"MaxInferenceUnits": most_units} if most_units and most_units > units else {}
        try:
            with translated():
                await self._client.start_project_version(
                    ProjectVersionArn=self._model_arn, MinInferenceUnits=units, **most
                )
        except Throttled as error:
            if "LimitExceededException" in str(error):
                raise QuotaReached(str(error)) from error
            raise

    async def stop(self) -> None:
        with translated():
            await self._client.stop_project_version(ProjectVersionArn=self._model_arn)
