"""The wire: what each operation takes, with the bounds of botocore's service model."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from services.rekognition_local.errors import InvalidParameterException
from services.rekognition_local.wire.datasets import (
    CreateDataset,
    DatasetSource,
    DeleteDataset,
    DescribeDataset,
    DistributeDatasetEntries,
    ListDatasetEntries,
    ListDatasetLabels,
    UpdateDatasetEntries,
)
from services.rekognition_local.wire.projects import (
    CreateProject,
    DeleteProject,
    DescribeProjects,
    ListTagsForResource,
    TagResource,
    UntagResource,
)
from services.rekognition_local.wire.questions import (
    DetectCustomLabels,
    DetectLabels,
    DetectModerationLabels,
    DetectText,
    RegionOfInterest,
    TextFilters,
    WordFilter,
)
from services.rekognition_local.wire.shapes import GroundTruthManifest, Image, Request, S3Object
from services.rekognition_local.wire.versions import (
    Asset,
    CopyProjectVersion,
    CreateProjectVersion,
    DeleteProjectVersion,
    DescribeProjectVersions,
    OutputConfig,
    StartProjectVersion,
    StopProjectVersion,
    TestingData,
    TrainingData,
)

__all__ = [
    "Asset",
    "CopyProjectVersion",
    "CreateDataset",
    "CreateProject",
    "CreateProjectVersion",
    "DatasetSource",
    "DeleteDataset",
    "DeleteProject",
    "DeleteProjectVersion",
    "DescribeDataset",
    "DescribeProjectVersions",
    "DescribeProjects",
    "DetectCustomLabels",
    "DetectLabels",
    "DetectModerationLabels",
    "DetectText",
    "DistributeDatasetEntries",
    "GroundTruthManifest",
    "Image",
    "ListDatasetEntries",
    "ListDatasetLabels",
    "ListTagsForResource",
    "OutputConfig",
    "RegionOfInterest",
    "S3Object",
    "StartProjectVersion",
    "StopProjectVersion",
    "TagResource",
    "TestingData",
    "TextFilters",
    "TrainingData",
    "UntagResource",
    "UpdateDatasetEntries",
    "WordFilter",
    "parse",
]

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
