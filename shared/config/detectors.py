"""Detectors: the named ways to examine frames, as `LOGOSTREAM_DETECTORS` describes them.

Each has a queue of its own, processes of its own, and results of its own; a video may be given to several.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from shared.config.arns import ModelArn, ProjectArn, model_name

DEFAULT = "logos"  # the detector of an installation that names none, and of messages older than names
TRAINED = "trained"
_DEAD = "-dead"  # how the queues of dead letters end


def _not_dead(name: str) -> str:
    if name.endswith(_DEAD):
        raise ValueError(f"names ending in {_DEAD} are taken by the queues of dead letters")
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


DetectorName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$"), AfterValidator(_not_dead)]
DetectorNames = Annotated[tuple[DetectorName, ...], Field(min_length=1), AfterValidator(_each_once)]
Percent = Annotated[float, Field(ge=0, le=100)]


def _form(thresholds: Any) -> str:
    if isinstance(thresholds, Mapping):
        return "map"
    return TRAINED if thresholds == TRAINED else "file"


Thresholds = Annotated[
    Annotated[dict[str, Percent], Tag("map")]
    | Annotated[Literal["trained"], Tag(TRAINED)]
    | Annotated[Path, Tag("file")],
    Discriminator(_form),
]


class Spec(BaseModel):
    """What all detectors share.

    thresholds: confidence in percent from which a label counts, by label: a map, the path of a JSON file that
    holds one, or "trained" for those that training found best. Other labels count from `min_confidence`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: DetectorName
    min_confidence: Percent | None = None
    thresholds: Thresholds = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the control table knows it by: itself, as it has no model."""
        return self.name

    @property
    def needs_model(self) -> bool:
        """Whether a model of ours must run for it."""
        return False


class ModelSpec(Spec):
    """A detector with a model of ours, which must run while there is work, if it has one."""

    model_arn: ModelArn | None = None
    project_arn: ProjectArn | None = None

    @property
    def key(self) -> str:
        """What the control table knows it by: its model, whose state and rate are kept there."""
        return model_name(self.model_arn) if self.model_arn else self.name

    @property
    def needs_model(self) -> bool:
        """Whether it names one, which then must run."""
        return self.model_arn is not None


class CustomLabelsSpec(ModelSpec):
    """The brands a Custom Labels model was trained on; `LOGOSTREAM_MODEL_ARN` where it names no model."""

    backend: Literal["custom-labels"] = "custom-labels"

    @property
    def needs_model(self) -> bool:
        """It does nothing else."""
        return True


class LabelsSpec(Spec):
    """The everyday things DetectLabels knows: those in `include`, or all, but for those in `exclude`."""

    backend: Literal["labels"]
    include: tuple[str, ...] = Field((), max_length=100)  # AWS takes no more
    exclude: tuple[str, ...] = Field((), max_length=100)


class TextSpec(Spec):
    """Brands by their written names: what DetectText reads, matched against `words`."""

    backend: Literal["text"]
    words: tuple[str, ...] = Field(min_length=1)


class ModerationSpec(ModelSpec):
    """What a brand may not want to be seen beside; a model is an adapter for DetectModerationLabels."""

    backend: Literal["moderation"]


def _backend(spec: Any) -> Any:
    return (
        spec.get("backend", "custom-labels") if isinstance(spec, Mapping) else getattr(spec, "backend", None)
    )


DetectorSpec = Annotated[
    Annotated[CustomLabelsSpec, Tag("custom-labels")]
    | Annotated[LabelsSpec, Tag("labels")]
    | Annotated[TextSpec, Tag("text")]
    | Annotated[ModerationSpec, Tag("moderation")],
    Discriminator(_backend),
]


_FRAMES = "frames-"


def frames_queue(detector: str) -> str:
    """The kind of the queue that holds a detector's frames."""
    return _FRAMES + detector


def holds_frames(kind: str) -> bool:
    """Whether a queue of this kind holds frames that wait for a detector."""
    return kind.startswith(_FRAMES) and not kind.endswith(_DEAD)
