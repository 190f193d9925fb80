"""The shapes on the wire are those of botocore's service model, in both directions."""

from __future__ import annotations

import base64
import json
import re
import typing
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator
from pydantic import BaseModel

from services.rekognition_local import errors, wire
from services.rekognition_local.errors import InvalidParameterException
from services.rekognition_local.operations import OPERATIONS
from tests.unit.rekognition_local.pictures import BUCKET, boxed, poster
from tests.unit.rekognition_local.stand import Stand

MODEL = botocore.session.get_session().get_service_model("rekognition")


def operation(name: str) -> OperationModel:
    return MODEL.operation_model(name)


def input_of(name: str) -> Shape:
    shape = operation(name).input_shape
    assert shape is not None
    return shape


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
    assert set(fields) == set(theirs.members)
    required = {name for name, field in fields.items() if field.is_required()}
    assert required >= set(theirs.required_members)
    for name, field in fields.items():
        if kind := inner(field.annotation):
            compare(kind, theirs.members[name])


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_request_has_the_members_of_the_model(name: str) -> None:
    compare(getattr(wire, name), operation(name).input_shape)


def leaves(shape: Shape, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Every member of a structure, with the way to it."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield (*way, name), member
            yield from leaves(member, (*way, name))


def valid(shape: Shape) -> Any:
    """A value that botocore's model allows, with every member, and no more of each than it must have."""
    if isinstance(shape, StructureShape):
        return {name: valid(member) for name, member in shape.members.items()}
    least = shape.metadata.get("min", 0)
    match shape.type_name:
        case "list":
            return [valid(shape.member)] * max(1, int(least))  # type: ignore[attr-defined]
        case "map":
            return {"key": "value"}
        case "string":
            return text_of(shape)
        case "blob":
            return base64.b64encode(b"{}").decode()
        case "boolean":
            return False
        case _:
            return least


def text_of(shape: Shape) -> str:
    """A string that fits the enumeration or pattern of a shape."""
    arn = "arn:aws:rekognition:eu-west-1:000000000000:project/brands/"
    tries = (
        *getattr(shape, "enum", ()),
        "name",
        f"{arn}1",
        f"{arn}version/v1/1",
        f"{arn}dataset/train/1",
    )
    pattern = shape.metadata.get("pattern")
    if pattern is None:
        return str(tries[0]) if getattr(shape, "enum", ()) else "x" * max(20, shape.metadata.get("min", 1))
    if r"\p{" in pattern:  # Java's words for classes of letters, which `re` does not know
        return "name"
    return next(text for text in tries if re.fullmatch(pattern, text))


def strayed(shape: Shape) -> list[Any]:
    """Values just out of the bounds of a member."""
    bounds, kind = shape.metadata, shape.type_name
    if kind == "string":
        out = ["x" * (bounds["max"] + 1)] if "max" in bounds else []
        out += ["x" * (bounds["min"] - 1)] if bounds.get("min") else []
        return out + (["#"] if bounds.get("enum") or "a-z" in bounds.get("pattern", "") else [])
    if kind in ("integer", "float", "long"):
        return [bounds[name] + step for name, step in (("min", -1), ("max", 1)) if name in bounds]
    if kind == "list":
        one = valid(shape.member)  # type: ignore[attr-defined]
        counts = [bounds.get("min", 0) - 1, bounds["max"] + 1] if "max" in bounds else []
        return [[one] * count for count in counts if count >= 0]
    return [""] if kind == "blob" and bounds.get("min") else []


BOUNDS = [
    (name, way, value)
    for name in OPERATIONS
    for way, member in leaves(input_of(name))
    for value in strayed(member)
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_model_allows_is_taken(name: str) -> None:
    wire.parse(getattr(wire, name), valid(input_of(name)))


@pytest.mark.parametrize(
    ("name", "way", "value"),
    BOUNDS,
    ids=[f"{name}-{'.'.join(way)}-{n}" for n, (name, way, _) in enumerate(BOUNDS)],
)
def test_what_the_model_forbids_is_refused(name: str, way: tuple[str, ...], value: Any) -> None:
    body = valid(input_of(name))
    at = body
    for step in way[:-1]:
        at = at[step][0] if isinstance(at[step], list) else at[step]
        at = at[0] if isinstance(at, list) else at
    at[way[-1]] = value
    with pytest.raises(InvalidParameterException, match="invalid parameters"):
        wire.parse(getattr(wire, name), body)


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
    if not isinstance(value, dict) or shape.type_name == "map":
        return []
    assert isinstance(shape, StructureShape)
    unknown = [name for name in value if name not in shape.members]
    known = [name for name in value if name in shape.members]
    return unknown + [deep for name in known for deep in strange(value[name], shape.members[name])]


async def run(stand: Stand, name: str, **body: Any) -> dict[str, Any]:
    """Carry out an operation and check its raw reply."""
    reply = await OPERATIONS[name](stand.account, body)
    check(name, reply)
    return reply


@pytest.mark.real_time
async def test_every_reply_about_projects_and_tags_fits_the_model(stand: Stand) -> None:
    project = (await run(stand, "CreateProject", ProjectName="other", Tags={"team": "a"}))["ProjectArn"]
    await run(stand, "TagResource", ResourceArn=project, Tags={"more": ""})
    await run(stand, "UntagResource", ResourceArn=project, TagKeys=["team"])
    assert (await run(stand, "ListTagsForResource", ResourceArn=project))["Tags"] == {"more": ""}
    await run(stand, "DescribeProjects", MaxResults=1)
    await run(stand, "DeleteProject", ProjectArn=project)


@pytest.mark.real_time
async def test_every_reply_about_a_version_in_service_fits_the_model(stand: Stand) -> None:
    version = await stand.train("v1")
    units = {"MinInferenceUnits": 1, "MaxInferenceUnits": 2}
    await run(stand, "StartProjectVersion", ProjectVersionArn=version, **units)
    stand.clock.now += stand.account.settings.start_seconds
    await run(stand, "DescribeProjectVersions", ProjectArn=stand.project)
    place = {"S3Object": {"Bucket": BUCKET, "Name": "scene.png"}}
    await run(stand, "DetectCustomLabels", ProjectVersionArn=version, Image=place)
    await run(stand, "StopProjectVersion", ProjectVersionArn=version)
    stand.clock.now += stand.account.settings.stop_seconds
    await run(stand, "DeleteProjectVersion", ProjectVersionArn=version)


@pytest.mark.real_time
async def test_every_reply_about_making_a_version_fits_the_model(stand: Stand) -> None:
    version = await stand.train("v1")
    described = await run(stand, "DescribeProjectVersions", ProjectArn=stand.project)
    data = described["ProjectVersionDescriptions"][0]["TrainingDataResult"]["Input"]
    output = {"S3Bucket": BUCKET, "S3KeyPrefix": ""}
    source = {"SourceProjectArn": stand.project, "SourceProjectVersionArn": version}
    copy = {"DestinationProjectArn": stand.project, "VersionName": "copy", "OutputConfig": output}
    await run(stand, "CopyProjectVersion", **source, **copy)
    await run(stand, "DescribeProjectVersions", ProjectArn=stand.project)
    made = {"ProjectArn": stand.project, "VersionName": "v2", "OutputConfig": output}
    manifests = {"TrainingData": data, "TestingData": data}
    await run(stand, "CreateProjectVersion", VersionDescription="again", **made, **manifests)


@pytest.mark.real_time
async def test_every_reply_about_datasets_fits_the_model(stand: Stand) -> None:
    lines = "".join(f"{json.dumps(boxed(f'{n}.png', 'red'))}\n" for n in range(5))
    arns = []
    for kind in ("TRAIN", "TEST"):
        created = await run(stand, "CreateDataset", ProjectArn=stand.project, DatasetType=kind)
        arns.append(created["DatasetArn"])
    await run(stand, "DescribeDataset", DatasetArn=arns[0])
    stand.pass_change()
    changes = {"GroundTruth": base64.b64encode(lines.encode()).decode()}
    await run(stand, "UpdateDatasetEntries", DatasetArn=arns[0], Changes=changes)
    stand.pass_change()
    await run(stand, "DistributeDatasetEntries", Datasets=[{"Arn": arn} for arn in arns])
    stand.pass_change()
    await run(stand, "ListDatasetEntries", DatasetArn=arns[0], MaxResults=1)
    await run(stand, "ListDatasetLabels", DatasetArn=arns[0])
    await run(stand, "DescribeProjects")
    await run(stand, "DeleteDataset", DatasetArn=arns[1])


@pytest.mark.real_time
async def test_every_reply_about_an_image_fits_the_model(stand: Stand) -> None:
    image = {"Bytes": base64.b64encode(poster("CASINO beer")).decode()}
    features = ["GENERAL_LABELS", "IMAGE_PROPERTIES"]
    assert (await run(stand, "DetectText", Image=image))["TextDetections"]
    assert (await run(stand, "DetectLabels", Image=image, Features=features))["Labels"]
    assert (await run(stand, "DetectModerationLabels", Image=image))["ModerationLabels"]
