"""Requests about datasets and their entries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Base64Bytes, Field

from services.rekognition_local.wire.shapes import (
    DatasetArn,
    GroundTruthManifest,
    PageSize,
    ProjectArn,
    Request,
    Tags,
    Token,
)

LabelName = Annotated[str, Field(pattern=r"^.{1,}$", min_length=1, max_length=255)]


class DatasetSource(Request):
    """What a dataset begins with: a manifest in S3, or the entries of another dataset."""

    ground_truth_manifest: GroundTruthManifest | None = None
    dataset_arn: DatasetArn | None = None


class CreateDataset(Request):
    """Input of CreateDataset."""

    project_arn: ProjectArn
    dataset_type: Literal["TRAIN", "TEST"]
    dataset_source: DatasetSource | None = None
    tags: Tags = Field(default_factory=dict)


class DescribeDataset(Request):
    """Input of DescribeDataset."""

    dataset_arn: DatasetArn


class DatasetChanges(Request):
    """JSON lines that replace the entries of the same source-ref, and are added where there is none."""

    ground_truth: Base64Bytes = Field(min_length=1, max_length=5 * 1024 * 1024)


class UpdateDatasetEntries(Request):
    """Input of UpdateDatasetEntries."""

    dataset_arn: DatasetArn
    changes: DatasetChanges


class ListDatasetEntries(Request):
    """Input of ListDatasetEntries."""

    dataset_arn: DatasetArn
    contains_labels: Annotated[list[LabelName], Field(min_length=1, max_length=10)] | None = None
    labeled: bool | None = None
    source_ref_contains: str | None = Field(None, pattern=r"^.*\S.*$", min_length=1, max_length=2048)
    has_errors: bool | None = None
    max_results: PageSize = 100
    next_token: Token | None = None


class ListDatasetLabels(Request):
    """Input of ListDatasetLabels."""

    dataset_arn: DatasetArn
    max_results: PageSize = 100
    next_token: Token | None = None


class DistributeDataset(Request):
    """One of the two datasets that share entries."""

    arn: DatasetArn


class DistributeDatasetEntries(Request):
    """Input of DistributeDatasetEntries."""

    datasets: Annotated[list[DistributeDataset], Field(min_length=2, max_length=2)]


class DeleteDataset(Request):
    """Input of DeleteDataset."""

    dataset_arn: DatasetArn
