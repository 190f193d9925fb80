"""What a person may do about a call that never reached AWS, pure."""

from __future__ import annotations

from botocore.exceptions import EndpointConnectionError, NoCredentialsError, NoRegionError

LOCAL = "run `logostream up`, then `source .logostream/env`"
CURES = {
    NoCredentialsError: f"on AWS give the SDK credentials, for the local stack {LOCAL}",
    NoRegionError: f"on AWS set AWS_DEFAULT_REGION, for the local stack {LOCAL}",
    EndpointConnectionError: f"nothing answers there: {LOCAL}",
}


def with_cure(error: BaseException) -> str:
    """What an error says and, where one is known, the cure of what it was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        for kind, words in CURES.items():
            if isinstance(cause, kind):
                return f"{error}: {words}"
        cause = cause.__cause__
    return str(error)
