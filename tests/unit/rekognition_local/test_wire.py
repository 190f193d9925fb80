"""The shapes on the wire are those of botocore's service model, in both directions."""

from __future__ import annotations

import typing
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator
from pydantic import BaseModel

from services.rekognition_local import errors, requests
from services.rekognition_local.app import OPERATIONS
from tests.unit.rekognition_local.pictures import BUCKET
from tests.unit.rekognition_local.stand import Stand

MODEL = botocore.session.get_session().get_service_model("rekognition")
# Shapes of datasets, tags, keys and moderation, which the stand-in does not have yet.
NOT_TAKEN = {"AutoUpdate", "Tags", "Features", "KmsKeyId", "FeatureConfig"}


def operation(name: str) -> OperationModel:
    return MODEL.operation_model(name)


def inner(annotation: Any) -> type[BaseModel] | None:
    """The request shape inside an annotation such as `list[Asset]` or `Image | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((kind for part in typing.get_args(annotation) if (kind := inner(part))), None)


def compare(ours: type[BaseModel], theirs: Shape | None) -> None:
    """Same members, same required ones, all the way down."""
    while theirs is not None and theirs.type_name == "list":
        theirs = theirs.member  # type: ignore[attr-defined]
    assert isinstance(theirs, StructureShape)
    fields = {str(field.alias): field for field in ours.model_fields.values()}
    assert set(fields) == set(theirs.members) - NOT_TAKEN
    required = {name for name, field in fields.items() if field.is_required()}
    assert required >= set(theirs.required_members)
    for name, field in fields.items():
        if kind := inner(field.annotation):
            compare(kind, theirs.members[name])


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_request_has_the_members_of_the_model(name: str) -> None:
    compare(getattr(requests, name), operation(name).input_shape)


@pytest.mark.parametrize("name", OPERATIONS)
def test_all_errors_of_an_operation_we_raise_are_known_to_the_model(name: str) -> None:
    ours = {kind.__name__ for kind in errors.ApiError.__subclasses__()}
    protocol = {"UnknownOperationException", "SerializationException"}
    assert ours - protocol <= {shape.name for shape in MODEL.error_shapes}


def check(name: str, reply: dict[str, Any]) -> None:
    """A raw reply fits the output shape, with no member of our own."""
    shape = operation(name).output_shape
    assert shape is not None
    assert not ParamValidator().validate(reply, shape).has_errors(), reply
    assert not strange(reply, shape), strange(reply, shape)


def strange(value: Any, shape: Shape) -> list[str]:
    if isinstance(value, list):
        return [name for one in value for name in strange(one, shape.member)]  # type: ignore[attr-defined]
    if not isinstance(value, dict):
        return []
    assert isinstance(shape, StructureShape)
    unknown = [name for name in value if name not in shape.members]
    known = [name for name in value if name in shape.members]
    return unknown + [deep for name in known for deep in strange(value[name], shape.members[name])]


@pytest.mark.real_time
async def test_every_reply_fits_the_model(stand: Stand) -> None:
    async def run(name: str, **body: Any) -> dict[str, Any]:
        reply = await OPERATIONS[name](stand.account, body)
        check(name, reply)
        return reply

    project = (await run("CreateProject", ProjectName="other"))["ProjectArn"]
    await run("DescribeProjects", MaxResults=1)
    await run("DeleteProject", ProjectArn=project)
    version = await stand.train("v1")
    described = await run("DescribeProjectVersions", ProjectArn=stand.project)
    data = described["ProjectVersionDescriptions"][0]["TrainingDataResult"]["Input"]
    await run("StartProjectVersion", ProjectVersionArn=version, MinInferenceUnits=1, MaxInferenceUnits=2)
    stand.clock.now += stand.account.settings.start_seconds
    place = {"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}}
    await run("DetectCustomLabels", ProjectVersionArn=version, Image=place)
    await run("StopProjectVersion", ProjectVersionArn=version)
    await run("DescribeProjectVersions", ProjectArn=stand.project)
    stand.clock.now += stand.account.settings.stop_seconds
    await run("DeleteProjectVersion", ProjectVersionArn=version)
    await run(
        "CreateProjectVersion",
        ProjectArn=stand.project,
        VersionName="v2",
        VersionDescription="again",
        OutputConfig={"S3Bucket": BUCKET, "S3KeyPrefix": ""},
        TrainingData=data,
        TestingData=data,
    )
