"""What a person may do about a call that never reached AWS."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from shared.aws.cures import with_cure
from shared.aws.dynamodb.items import translated
from shared.videos.ledger import LedgerError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "give the SDK credentials"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"), "run `logostream up`"),
    ],
)
def test_whoever_reaches_no_aws_is_told_how_to(error: Exception, words: str) -> None:
    with pytest.raises(LedgerError) as raised, translated():
        raise error
    assert words in with_cure(raised.value)


def test_other_errors_speak_for_themselves() -> None:
    assert with_cure(LedgerError("the table is being deleted")) == "the table is being deleted"
