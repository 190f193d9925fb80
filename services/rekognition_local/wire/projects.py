"""Requests about projects and about tags."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.rekognition_local.wire.shapes import (
    AutoUpdate,
    Feature,
    Features,
    Name,
    Names,
    PageSize,
    ProjectArn,
    Request,
    ResourceArn,
    TagKey,
    Tags,
    Token,
)


class CreateProject(Request):
    """Input of CreateProject."""

    project_name: Name
    feature: Feature = "CUSTOM_LABELS"
    auto_update: AutoUpdate | None = None
    tags: Tags = Field(default_factory=dict)


class DescribeProjects(Request):
    """Input of DescribeProjects."""

    project_names: Names | None = None
    features: Features | None = None
    max_results: PageSize = 100
    next_token: Token | None = None


class DeleteProject(Request):
    """Input of DeleteProject."""

    project_arn: ProjectArn


class TagResource(Request):
    """Input of TagResource."""

    resource_arn: ResourceArn
    tags: Tags


class UntagResource(Request):
    """Input of UntagResource."""

    resource_arn: ResourceArn
    tag_keys: Annotated[list[TagKey], Field(min_length=0, max_length=200)]


class ListTagsForResource(Request):
    """Input of ListTagsForResource."""

    resource_arn: ResourceArn
