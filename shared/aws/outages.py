"""Which errors of the SDK mean that a service is away, asked in one place for all adapters."""

from __future__ import annotations

from aiohttp import ClientPayloadError
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def means_away(error: Exception) -> bool:
    """Whether there was no whole answer, one of a server that fails, or one that asks for less."""
    if not isinstance(error, ClientError):
        return isinstance(error, ConnectionError | HTTPClientError | ClientPayloadError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response.get("Error", {}).get("Code") in _THROTTLED
