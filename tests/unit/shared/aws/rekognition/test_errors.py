"""Rekognition's answers and errors, as botocore reads them, become ours: each code one kind."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from shared.aws.rekognition.errors import translated
from shared.models.rekognition import (
    Misconfigured,
    RekognitionError,
    ServiceFault,
)
from tests.unit.shared.aws.rekognition.refusals import KINDS


@pytest.mark.parametrize(("code", "status", "kind"), KINDS)
def test_each_code_is_one_kind_of_error_with_a_sentence(
    code: str, status: int, kind: type[RekognitionError]
) -> None:
    reply = {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    with pytest.raises(RekognitionError) as raised, translated():
        raise ClientError(reply, "DetectCustomLabels")  # type: ignore[arg-type]
    assert type(raised.value) is kind
    assert str(raised.value).startswith(f"DetectCustomLabels: {code}: why")
    assert (kind is Misconfigured) == str(raised.value).endswith(")")  # what stops everything names its cure


def test_a_wrong_arn_names_its_cure() -> None:
    reply = {"Error": {"Code": "ResourceNotFoundException", "Message": "There is no model v1."}}
    with pytest.raises(Misconfigured) as raised, translated():
        raise ClientError(reply, "DetectCustomLabels")  # type: ignore[arg-type]
    assert str(raised.value) == (
        "DetectCustomLabels: ResourceNotFoundException: There is no model v1. "
        "(correct the model's ARN, or train the model)"
    )


def test_an_error_without_a_code_is_the_service_s_fault() -> None:
    with pytest.raises(ServiceFault, match="unknown"), translated():
        raise ClientError({}, "DetectCustomLabels")


def test_missing_credentials_are_a_mistake_in_the_configuration() -> None:
    with pytest.raises(Misconfigured, match="credentials"), translated():
        raise NoCredentialsError


def test_a_connection_that_fails_may_be_tried_again() -> None:
    with pytest.raises(ServiceFault, match="did not answer"), translated():
        raise EndpointConnectionError(endpoint_url="http://nowhere")
