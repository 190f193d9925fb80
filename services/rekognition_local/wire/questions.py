"""Requests that ask something of an image."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.rekognition_local.wire.shapes import BoundingBox, Image, Percent, Point, Request, VersionArn

LabelFilter = Annotated[str, Field(pattern=r"^[A-Za-z0-9àâèçñó'-_(). ]*$", min_length=0, max_length=50)]
LabelFilters = Annotated[list[LabelFilter], Field(min_length=0, max_length=100)]
Ratio = Annotated[float, Field(ge=0, le=1)]


class DetectCustomLabels(Request):
    """Input of DetectCustomLabels."""

    project_version_arn: VersionArn
    image: Image
    max_results: int | None = Field(None, ge=0)
    min_confidence: Percent | None = None


class GeneralLabels(Request):
    """Which general labels are wanted."""

    label_inclusion_filters: LabelFilters = Field(default_factory=list)
    label_exclusion_filters: LabelFilters = Field(default_factory=list)
    label_category_inclusion_filters: LabelFilters = Field(default_factory=list)
    label_category_exclusion_filters: LabelFilters = Field(default_factory=list)

    def admits(self, label: str, category: str) -> bool:
        """Whether a label of this category is wanted."""
        included = self.label_inclusion_filters or self.label_category_inclusion_filters
        wanted = label in self.label_inclusion_filters or category in self.label_category_inclusion_filters
        shut_out = label in self.label_exclusion_filters or category in self.label_category_exclusion_filters
        return (wanted or not included) and not shut_out


class ImageProperties(Request):
    """How many dominant colours are wanted."""

    max_dominant_colors: int | None = Field(None, ge=0, le=20)


class DetectLabelsSettings(Request):
    """What is wanted of each feature."""

    general_labels: GeneralLabels | None = None
    image_properties: ImageProperties | None = None


class DetectLabels(Request):
    """Input of DetectLabels."""

    image: Image
    max_labels: int | None = Field(None, ge=0)
    min_confidence: Percent | None = None
    features: Annotated[
        list[Literal["GENERAL_LABELS", "IMAGE_PROPERTIES"]], Field(min_length=0, max_length=2)
    ] = Field(default_factory=list)
    settings: DetectLabelsSettings | None = None


class WordFilter(Request):
    """Which words are wanted."""

    min_confidence: Percent | None = None
    min_bounding_box_height: Ratio | None = None
    min_bounding_box_width: Ratio | None = None


class RegionOfInterest(Request):
    """A part of the image: a box or a polygon."""

    bounding_box: BoundingBox | None = None
    polygon: list[Point] = Field(default_factory=list)

    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what it covers, in ratios of the image."""
        if self.bounding_box:
            box = self.bounding_box
            return box.left, box.top, box.left + box.width, box.top + box.height
        x, y = [point.x for point in self.polygon] or [0.0], [point.y for point in self.polygon] or [0.0]
        return min(x), min(y), max(x), max(y)


class TextFilters(Request):
    """Which words are wanted, and where."""

    word_filter: WordFilter | None = None
    regions_of_interest: Annotated[list[RegionOfInterest], Field(min_length=0, max_length=10)] = Field(
        default_factory=list
    )


class DetectText(Request):
    """Input of DetectText."""

    image: Image
    filters: TextFilters | None = None


class DataAttributes(Request):
    """What is known of an image before people look at it."""

    content_classifiers: Annotated[
        list[Literal["FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent"]], Field(max_length=256)
    ] = Field(default_factory=list)


class HumanLoopConfig(Request):
    """Who shall look at the image; the stand-in has nobody."""

    human_loop_name: str = Field(pattern=r"^[a-z0-9](-*[a-z0-9])*$", min_length=1, max_length=63)
    flow_definition_arn: str = Field(max_length=256)
    data_attributes: DataAttributes | None = None


class DetectModerationLabels(Request):
    """Input of DetectModerationLabels."""

    image: Image
    min_confidence: Percent | None = None
    human_loop_config: HumanLoopConfig | None = None
    project_version: VersionArn | None = None
