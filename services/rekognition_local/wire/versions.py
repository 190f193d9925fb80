"""Requests about model versions."""

from __future__ import annotations

from pydantic import Field

from services.rekognition_local.wire.shapes import (
    Bucket,
    GroundTruthManifest,
    KmsKeyId,
    Name,
    Names,
    PageSize,
    Percent,
    ProjectArn,
    Request,
    Tags,
    Token,
    Units,
    VersionArn,
)


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


class ContentModeration(Request):
    """Configuration of a moderation adapter, which the stand-in does not train."""

    confidence_threshold: Percent | None = None


class FeatureConfig(Request):
    """Configuration of the feature a project is for."""

    content_moderation: ContentModeration | None = None


class CreateProjectVersion(Request):
    """Input of CreateProjectVersion."""

    project_arn: ProjectArn
    version_name: Name
    output_config: OutputConfig
    training_data: TrainingData | None = None
    testing_data: TestingData | None = None
    tags: Tags = Field(default_factory=dict)
    kms_key_id: KmsKeyId | None = None
    version_description: str | None = Field(
        None, pattern=r"^[a-zA-Z0-9\-_. ()':,;?]+$", min_length=1, max_length=255
    )
    feature_config: FeatureConfig | None = None


class DescribeProjectVersions(Request):
    """Input of DescribeProjectVersions."""

    project_arn: ProjectArn
    version_names: Names | None = None
    max_results: PageSize = 100
    next_token: Token | None = None


class CopyProjectVersion(Request):
    """Input of CopyProjectVersion."""

    source_project_arn: ProjectArn
    source_project_version_arn: VersionArn
    destination_project_arn: ProjectArn
    version_name: Name
    output_config: OutputConfig
    tags: Tags = Field(default_factory=dict)
    kms_key_id: KmsKeyId | None = None


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
