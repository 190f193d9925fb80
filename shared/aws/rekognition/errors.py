"""Rekognition's errors as ours; which AWS code becomes which, `_KINDS` says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from shared.models.rekognition import (
    AlreadyInUse,
    BadFrame,
    FrameUnavailable,
    Misconfigured,
    NotReady,
    RekognitionError,
    ServiceFault,
    Throttled,
)

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
