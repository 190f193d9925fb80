"""Every error the API answers with: one class per AWS code, each with its HTTP status."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar


class ApiError(Exception):
    """An error for the caller; the text is its message. The code on the wire is the name of the class."""

    status: ClassVar[int] = HTTPStatus.BAD_REQUEST

    @property
    def code(self) -> str:
        """The error code as botocore sees it."""
        return type(self).__name__


class InvalidParameterException(ApiError):
    """A parameter is missing, malformed or out of bounds."""


class InvalidPaginationTokenException(ApiError):
    """The pagination token is not one of ours."""


class AccessDeniedException(ApiError):
    """The caller may not do this; only injected, since the stand-in knows no permissions."""


class InvalidS3ObjectException(ApiError):
    """The S3 object cannot be read."""


class InvalidImageFormatException(ApiError):
    """The image is neither PNG nor JPEG, or is damaged."""


class ImageTooLargeException(ApiError):
    """The image has too many bytes or pixels."""


class ResourceNotFoundException(ApiError):
    """There is no such project or model version."""


class ResourceAlreadyExistsException(ApiError):
    """The project has a dataset of this type already."""


class ResourceInUseException(ApiError):
    """The resource exists already, or its state forbids what was asked."""


class ResourceNotReadyException(ApiError):
    """The model version does not run."""


class LimitExceededException(ApiError):
    """An account limit stands in the way."""


class ServiceQuotaExceededException(ApiError):
    """A quota of the resource stands in the way."""


class ProvisionedThroughputExceededException(ApiError):
    """More images than the model's inference units can take."""


class ThrottlingException(ApiError):
    """More calls than the account may make."""


class InternalServerError(ApiError):
    """The service failed."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


class UnknownOperationException(ApiError):
    """The operation is not one the stand-in has."""


class SerializationException(ApiError):
    """The request body is not a JSON object."""
