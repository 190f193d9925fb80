"""What a person may do about a call that never reached AWS, pure."""

from __future__ import annotations

from botocore.exceptions import EndpointConnectionError, NoCredentialsError, NoRegionError

CURES = {
    NoCredentialsError: "on AWS give the SDK credentials, for the local stack `source .logostream/env`",
    NoRegionError: "on AWS set AWS_DEFAULT_REGION, for the local stack `source .logostream/env`",
    EndpointConnectionError: "nothing answers there: start `logostream up`, then `source .logostream/env`",
}


def cure(error: BaseException | None) -> str | None:
    """The cure of what an error was raised from, where one is known."""
    while error is not None:
        for kind, words in CURES.items():
            if isinstance(error, kind):
                return words
        error = error.__cause__
    return None
