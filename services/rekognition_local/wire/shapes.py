"""What the requests share: names and ARNs with the bounds of botocore's service model, and small shapes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

_NAME = r"[a-zA-Z0-9_.\-]{1,255}"
_PROJECT = rf"arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{{12}}:project/{_NAME}"
_TEXT = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]"

Name = Annotated[str, Field(pattern=rf"^{_NAME}$", min_length=1, max_length=255)]
ProjectArn = Annotated[str, Field(pattern=rf"^{_PROJECT}/[0-9]+$", min_length=20, max_length=2048)]
VersionArn = Annotated[
    str, Field(pattern=rf"^{_PROJECT}/version/{_NAME}/[0-9]+$", min_length=20, max_length=2048)
]
DatasetArn = Annotated[
    str, Field(pattern=rf"^{_PROJECT}/dataset/(train|test)/[0-9]+$", min_length=20, max_length=2048)
]
ResourceArn = Annotated[str, Field(min_length=20, max_length=2048)]
Bucket = Annotated[str, Field(pattern=r"^[0-9A-Za-z.\-_]*$", min_length=3, max_length=255)]
KmsKeyId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$", min_length=1, max_length=2048)
]
Names = Annotated[list[Name], Field(min_length=1, max_length=10)]
TagKey = Annotated[str, Field(pattern=rf"^{_TEXT}*$", min_length=1, max_length=128)]
TagValue = Annotated[str, Field(pattern=rf"^{_TEXT}*$", min_length=0, max_length=256)]
Tags = Annotated[dict[TagKey, TagValue], Field(min_length=0, max_length=200)]
Feature = Literal["CONTENT_MODERATION", "CUSTOM_LABELS"]
Features = Annotated[list[Feature], Field(min_length=1, max_length=2)]
AutoUpdate = Literal["ENABLED", "DISABLED"]
PageSize = Annotated[int, Field(ge=1, le=100)]
Token = Annotated[str, Field(max_length=1024)]
Units = Annotated[int, Field(ge=1)]
Percent = Annotated[float, Field(ge=0, le=100)]


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


class Image(Request):
    """An image: its bytes or where it lies, one of the two."""

    bytes: Base64Bytes | None = Field(None, min_length=1, max_length=5 * 1024 * 1024)
    s3_object: S3Object | None = None


class BoundingBox(Request):
    """A box in ratios of the image."""

    width: float = 0.0
    height: float = 0.0
    left: float = 0.0
    top: float = 0.0


class Point(Request):
    """A point in ratios of the image."""

    x: float = 0.0
    y: float = 0.0
