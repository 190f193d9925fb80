"""Rekognition: its errors as ours, and the port to a model: look at it, start it, stop it.

The errors below are all that leaves this file; which AWS code becomes which is listed once, in `_KINDS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from shared.arns import version_name
from shared.control import ModelState
from shared.objects import Address

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient


class RekognitionError(Exception):
    """Base of what a call to Rekognition can end in; the text is one sentence."""


class Throttled(RekognitionError):
    """Over the model's or the account's rate: slow down and try again."""


class NotReady(RekognitionError):
    """The model does not run: wait for it."""


class Misconfigured(RekognitionError):
    """The ARN, the permissions or the credentials are wrong: no frame can succeed until someone cures it."""


class BadFrame(RekognitionError):
    """This image can never be examined: wrong format or size."""


class FrameUnavailable(RekognitionError):
    """Rekognition could not read the image from S3: missing, other region, or not permitted."""


class ServiceFault(RekognitionError):
    """The service or the connection failed: try again later."""


class AlreadyInUse(RekognitionError):
    """The model is already starting, running or stopping: look before acting again."""


class QuotaReached(RekognitionError):
    """An AWS quota allows no such start: fewer units, fewer running models, or a higher quota."""


_KINDS: dict[str, type[RekognitionError]] = {
    "ProvisionedThroughputExceededException": Throttled,
    "ThrottlingException": Throttled,
    "LimitExceededException": Throttled,
    "ResourceNotReadyException": NotReady,
    "ResourceInUseException": AlreadyInUse,
    "ResourceNotFoundException": Misconfigured,
    "AccessDeniedException": Misconfigured,
    "UnrecognizedClientException": Misconfigured,
    "InvalidSignatureException": Misconfigured,
    "IncompleteSignatureException": Misconfigured,
    "MissingAuthenticationTokenException": Misconfigured,
    "ExpiredTokenException": Misconfigured,
    "InvalidS3ObjectException": FrameUnavailable,
    "ImageTooLargeException": BadFrame,
    "InvalidImageFormatException": BadFrame,
    "InvalidParameterException": BadFrame,
    "InternalServerError": ServiceFault,
}
_CURES = {  # of what stops all detection
    "ResourceNotFoundException": "correct the model's ARN, or train the model",
    "AccessDeniedException": "allow the service's role this action on the model",
    "UnrecognizedClientException": "correct the AWS credentials",
    "InvalidSignatureException": "correct the AWS credentials, or the clock of this machine",
    "IncompleteSignatureException": "correct the AWS credentials",
    "MissingAuthenticationTokenException": "give the service AWS credentials",
    "ExpiredTokenException": "renew the AWS credentials",
}


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What Rekognition says of the model; `units` are the most it may use."""

    state: ModelState
    message: str
    units: int


class Models(Protocol):
    """Looks at one model, starts it and stops it; raises a kind of `RekognitionError`."""

    async def describe(self) -> ModelStatus:
        """The model's state now."""
        ...

    async def start(self, units: int, most_units: int | None = None) -> None:
        """Ask for so many inference units; the model is RUNNING minutes later.

        With more `most_units` AWS adds and takes away units by the load, between both.
        """
        ...

    async def stop(self) -> None:
        """Ask the model to stop; it bills until it is STOPPED."""
        ...


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


@contextmanager
def translated() -> Iterator[None]:
    """Botocore's errors as ours."""
    try:
        yield
    except ClientError as error:
        raise _kind(error)(_sentence(error)) from error
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise Misconfigured(f"Rekognition cannot be called: {error}") from error
    except BotoCoreError as error:  # connections refused, cut or timed out
        raise ServiceFault(f"Rekognition did not answer: {error}") from error


def _kind(error: ClientError) -> type[RekognitionError]:
    response: Any = error.response
    return _KINDS.get(response.get("Error", {}).get("Code", ""), ServiceFault)


def _sentence(error: ClientError) -> str:
    details: Any = error.response.get("Error", {})
    code = details.get("Code", "unknown")
    cure = f" ({_CURES[code]})" if code in _CURES else ""
    return f"{error.operation_name}: {code}: {details.get('Message', '')}{cure}"
