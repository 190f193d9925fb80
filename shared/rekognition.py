"""The Rekognition ports and their adapter: detect logos, look at the model, start and stop it.

The errors below are all that leaves this file; which AWS code becomes which is listed once, in `_KINDS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from shared.messages import BoundingBox, Detection
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


class Detector(Protocol):
    """Finds logos in a frame."""

    async def detect(self, frame: Address) -> Sequence[Detection]:
        """The detections of a frame lying in S3; raises a kind of `RekognitionError`."""
        ...


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


class CustomLabels:
    """`Detector` over DetectCustomLabels."""

    def __init__(self, client: RekognitionClient, model_arn: str, min_confidence: float) -> None:
        self._client = client
        self._model_arn = model_arn
        self._min_confidence = min_confidence

    async def detect(self, frame: Address) -> Sequence[Detection]:
        with translated():
            reply = await self._client.detect_custom_labels(
                ProjectVersionArn=self._model_arn,
                Image={"S3Object": {"Bucket": frame.bucket, "Name": frame.key}},
                MinConfidence=self._min_confidence,
            )
        return [_detection(label) for label in reply.get("CustomLabels", [])]


class ProjectVersion:
    """`Models` over one project version, which is described by its project's ARN and its own name."""

    def __init__(self, client: RekognitionClient, project_arn: str, model_arn: str) -> None:
        self._client = client
        self._project_arn = project_arn
        self._model_arn = model_arn
        self._name = version_name(model_arn)

    async def describe(self) -> ModelStatus:
        with translated():
            reply = await self._client.describe_project_versions(
                ProjectArn=self._project_arn, VersionNames=[self._name]
            )
        versions = reply.get("ProjectVersionDescriptions", [])
        if not versions:
            raise Misconfigured(f"project {self._project_arn} has no model version named {self._name}")
        version: Any = versions[0]
        units = version.get("MaxInferenceUnits") or version.get("MinInferenceUnits") or 0
        return ModelStatus(ModelState(version["Status"]), version.get("StatusMessage", ""), units)

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


def _detection(label: Any) -> Detection:
    box = label.get("Geometry", {}).get("BoundingBox")
    return Detection(
        label=label["Name"],
        confidence=label["Confidence"],
        box=box and BoundingBox(left=box["Left"], top=box["Top"], width=box["Width"], height=box["Height"]),
    )


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
