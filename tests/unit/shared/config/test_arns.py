"""The ARNs of models: what is none is told with the shape of one, and names are read out of them."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from shared.config.arns import ModelArn, ProjectArn, model_name, version_name

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/logos/1"
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/cup.2026/2"


def test_a_model_is_named_after_its_project_and_its_version() -> None:
    assert version_name(MODEL) == "cup.2026"
    assert model_name(MODEL) == "logos/cup.2026"


@pytest.mark.parametrize("arn", ["", PROJECT, MODEL + "x", MODEL.replace("123456789012", "1")])
def test_what_is_no_model_arn_is_told_with_the_shape_of_one(arn: str) -> None:
    with pytest.raises(ValueError, match=r"expected arn:aws:rekognition:REGION.*/version/NAME"):
        TypeAdapter(ModelArn).validate_python(arn)


@pytest.mark.parametrize("arn", ["", MODEL, PROJECT + "x"])
def test_what_is_no_project_arn_is_told_with_the_shape_of_one(arn: str) -> None:
    with pytest.raises(ValueError, match="expected arn:aws:rekognition:REGION:ACCOUNT:project/NAME/NUMBER"):
        TypeAdapter(ProjectArn).validate_python(arn)
