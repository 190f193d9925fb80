"""The wire: what each operation takes, with the bounds of botocore's service model."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from services.rekognition_local.errors import InvalidParameterException

_NAME = r"[a-zA-Z0-9_.\-]{1,255}"
_PROJECT = rf"arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{{12}}:project/{_NAME}"

Name = Annotated[str, Field(pattern=rf"^{_NAME}$")]
ProjectArn = Annotated[str, Field(pattern=rf"^{_PROJECT}/[0-9]+$", max_length=2048)]
VersionArn = Annotated[str, Field(pattern=rf"^{_PROJECT}/version/{_NAME}/[0-9]+$", max_length=2048)]
Bucket = Annotated[str, Field(pattern=r"^[0-9A-Za-z.\-_]*$", min_length=3, max_length=255)]
Names = Annotated[list[Name], Field(min_length=1, max_length=10)]
PageSize = Annotated[int, Field(ge=1, le=100)]
Token = Annotated[str, Field(max_length=1024)]
Units = Annotated[int, Field(ge=1)]


class Request(BaseModel):
    """Base of all shapes: names on the wire are in Pascal case."""

    model_config = ConfigDict(alias_generator=to_pascal, frozen=True, extra="ignore")


class S3Object(Request):
    """Where an object lies in S3."""

    bucket: Bucket
    name: str = Field(min_length=1, max_length=1024)
    version: str | None = Field(None, min_length=1, max_length=1024)


class GroundTruthManifest(Request):
    """A manifest in S3."""

    s3_object: S3Object


class Asset(Request):
    """One manifest of a data set."""

    ground_truth_manifest: GroundTruthManifest


class TrainingData(Request):
    """What to train from."""

    assets: list[Asset] = Field(min_length=1)


class TestingData(Request):
    """What to test with: manifests, or a part of the training data."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    assets: list[Asset] = Field(default_factory=list)
    auto_create: bool = False


class OutputConfig(Request):
    """Where results of the training go."""

    s3_bucket: Bucket
    s3_key_prefix: str = Field("", max_length=1024)


class Image(Request):
    """An image: its bytes or where it lies, one of the two."""

    bytes: Base64Bytes | None = None
    s3_object: S3Object | None = None


class CreateProject(Request):
    """Input of CreateProject."""

    project_name: Name
    feature: str = "CUSTOM_LABELS"


class DescribeProjects(Request):
    """Input of DescribeProjects."""

    project_names: Names | None = None
    max_results: PageSize = 100
    next_token: Token | None = None


class DeleteProject(Request):
    """Input of DeleteProject."""

    project_arn: ProjectArn


class CreateProjectVersion(Request):
    """Input of CreateProjectVersion."""

    project_arn: ProjectArn
    version_name: Name
    output_config: OutputConfig
    training_data: TrainingData | None = None
    testing_data: TestingData | None = None
    version_description: str | None = Field(None, min_length=1, max_length=255)


class DescribeProjectVersions(Request):
    """Input of DescribeProjectVersions."""

    project_arn: ProjectArn
    version_names: Names | None = None
    max_results: PageSize = 100
    next_token: Token | None = None


class StartProjectVersion(Request):
    """Input of StartProjectVersion."""

    project_version_arn: VersionArn
    min_inference_units: Units
    max_inference_units: Units | None = None


class StopProjectVersion(Request):
    """Input of StopProjectVersion."""

    project_version_arn: VersionArn


class DeleteProjectVersion(Request):
    """Input of DeleteProjectVersion."""

    project_version_arn: VersionArn


class DetectCustomLabels(Request):
    """Input of DetectCustomLabels."""

    project_version_arn: VersionArn
    image: Image
    max_results: int | None = Field(None, ge=0)
    min_confidence: float | None = Field(None, ge=0, le=100)


AnyRequest = TypeVar("AnyRequest", bound=Request)


def parse(kind: type[AnyRequest], body: dict[str, Any]) -> AnyRequest:
    """A body as a request of this kind; raises `InvalidParameterException` with every mistake in it."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise InvalidParameterException(f"Request has invalid parameters: {mistakes}.") from None
