"""Settings: what every service reads once from `LOGOSTREAM_*`, and how mistakes in it are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self, TypeVar

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from shared.config.analysis import Analysis
from shared.config.arns import ModelArn, ProjectArn
from shared.config.detectors import DEFAULT, CustomLabelsSpec, DetectorSpec, ModelSpec, Spec
from shared.config.options import ImageFormat, Interval, Options, Quality, Sampling
from shared.config.routes import Order, Overrides, Route, order_for
from shared.config.screening import Screening

PREFIX = "LOGOSTREAM_"


class BadSettings(Exception):
    """The environment does not make valid settings; `sentences` holds one sentence per mistake."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """What all services share. AWS region, credentials and endpoints are read by the SDK from `AWS_*`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    prefix: str = Field(
        "logostream", pattern=r"^[a-z0-9-]{1,40}$", description="Start of every queue and table name."
    )
    frames_bucket: str = Field("logostream-frames", description="Bucket the extractor writes frames to.")
    results_bucket: str = Field("logostream-results", description="Bucket the aggregator writes results to.")
    http_host: str = Field("0.0.0.0", description="Address of /healthz, /readyz and /metrics.")
    http_port: int = Field(
        8080, ge=0, le=65535, description="Port of /healthz, /readyz and /metrics; 0 takes a free one."
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe level that is logged."
    )
    revision: str = Field(
        "unknown", description="Commit the program was built from; a label of logostream_build_info."
    )
    tracing: bool = Field(
        False, description="Trace frames by OpenTelemetry; so does OTEL_EXPORTER_OTLP_ENDPOINT."
    )
    visibility_seconds: int = Field(
        60, ge=3, le=43200, description="How long a received message stays hidden if its receiver dies."
    )
    drain_seconds: float = Field(
        20.0, gt=0, description="How long work in hand may take to finish after SIGTERM."
    )

    def queue_name(self, kind: str) -> str:
        """The name of a queue: `videos`, `chunks`, `frames-DETECTOR`, `results`, or one with `-dead`."""
        return f"{self.prefix}-{kind}"

    def table_name(self, kind: str) -> str:
        """The name of the table of this kind: `ledger`, `detections` or `control`."""
        return f"{self.prefix}-{kind}"


class AnnouncingSettings(Settings):
    """Whom to tell that a video has ended."""

    topic_arn: str | None = Field(None, description="SNS topic that is told of every video that has ended.")
    event_bus: str | None = Field(
        None, description="EventBridge bus that is told likewise; `default` is the account's own."
    )


class DetectingSettings(Settings):
    """Which detectors the installation has; its first is the one of videos that ask for none."""

    detectors: tuple[DetectorSpec, ...] = Field(
        (CustomLabelsSpec(name=DEFAULT),),
        description="The detectors, as a JSON list: see docs/detectors.md.",
    )
    model_arn: ModelArn | None = Field(
        None, description="ARN of the Custom Labels model (project version) of detectors that name none."
    )
    project_arn: ProjectArn | None = Field(None, description="ARN of that model's project.")

    @field_validator("detectors")
    @classmethod
    def _named_apart(cls, detectors: tuple[Spec, ...]) -> tuple[Spec, ...]:
        if not detectors:
            raise mistake(f"{PREFIX}DETECTORS is empty: describe at least one detector.")
        if len({detector.name for detector in detectors}) < len(detectors):
            raise ValueError("two detectors have the same name")
        return detectors

    @model_validator(mode="after")
    def _each_has_its_own_model(self) -> Self:
        """A model's rate is learnt and shared by the processes of one detector (decision 7)."""
        users: dict[str, str] = {}
        for name, spec in self.models().items():
            first = users.setdefault(spec.key, name)
            if first != name:
                raise mistake(
                    f"{PREFIX}DETECTORS give {first} and {name} one model, {spec.key}: "
                    "leave one of them out, or name another model for it."
                )
        return self

    @property
    def detector_names(self) -> tuple[str, ...]:
        """The names of all detectors, in the order they are configured."""
        return tuple(detector.name for detector in self.detectors)

    def specs(self) -> list[DetectorSpec]:
        """All detectors, complete with the models they take for want of their own."""
        return [self.complete(detector) for detector in self.detectors]

    def models(self) -> dict[str, ModelSpec]:
        """The detectors that need a model of ours to run, by name, complete with its ARNs."""
        return {spec.name: spec for spec in self.specs() if isinstance(spec, ModelSpec) and spec.model_arn}

    def complete(self, detector: DetectorSpec) -> DetectorSpec:
        """The detector with the model it takes for want of one of its own."""
        if not isinstance(detector, CustomLabelsSpec) or detector.model_arn:
            return detector
        return detector.model_copy(update={"model_arn": self.model_arn, "project_arn": self.project_arn})


class ProcessingSettings(DetectingSettings):
    """How videos are processed that do not say otherwise."""

    interval: Interval = Field(Decimal(1), description="Seconds between sampled frames.")
    image_format: ImageFormat = Field("jpeg", description="Format of the frames.")
    jpeg_quality: Quality = Field(95, description="JPEG quality of the frames.")

    deinterlace: bool = Field(False, description="Show one field of interlaced frames, without combs.")
    square_pixels: bool = Field(
        False, description="Stretch anamorphic frames to the shape they are shown in."
    )
    dedup: bool = Field(
        False, description="Examine near-duplicate frames but once; their detections are inherited."
    )
    screening: Screening = Field(
        Screening(), description="Thresholds, as JSON, of frames not worth examining: see docs/screening.md."
    )
    analysis: Analysis = Field(
        Analysis(), description="How detections become exposures, as JSON: see docs/exposure.md."
    )
    labels: tuple[str, ...] = Field(
        (), description="The only brands that are reported, as a JSON list; all where it is empty."
    )
    deadline_seconds: float = Field(
        7200.0, gt=0, description="When a video should be done, from its arrival."
    )
    routes: tuple[Route, ...] = Field(
        (),
        description="What buckets and prefixes want otherwise, as a JSON list: see docs/routes.md.",
    )

    @field_validator("routes")
    @classmethod
    def _lead_to_detectors(cls, routes: tuple[Route, ...], info: ValidationInfo) -> tuple[Route, ...]:
        known = {detector.name for detector in info.data.get("detectors", ())}
        for route in routes:
            if unknown := set(route.detectors or ()) - known:
                raise mistake(
                    f"{PREFIX}ROUTES lead to {min(unknown)}, which {PREFIX}DETECTORS does not name."
                )
        return routes

    def order(self, bucket: str, key: str, given: Overrides | None = None) -> Order:
        """How the video that lies there is processed."""
        sampling = Sampling(
            interval=self.interval,
            image_format=self.image_format,
            quality=self.jpeg_quality,
            deinterlace=self.deinterlace,
            square_pixels=self.square_pixels,
            dedup=self.dedup,
            screening=self.screening,
        )
        options = Options(
            sampling=sampling,
            detectors=self.detector_names[:1],
            labels=self.labels,
            analysis=self.analysis,
        )
        usual = Order(options=options, deadline_seconds=self.deadline_seconds)
        return order_for(bucket, key, self.routes, usual, given)


AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def load(kind: type[AnySettings], **given: Any) -> AnySettings:
    """Read settings from the environment, `given` ones first; raises `BadSettings` with every mistake."""
    try:
        return kind(**given)
    except ValidationError as error:
        raise BadSettings([_sentence(problem) for problem in error.errors()]) from None
    except SettingsError as error:
        field = str(error).split('"')[1]  # error parsing value for field "routes" from source "…"
        raise BadSettings(
            [f"{PREFIX}{field.upper()} is not valid JSON: see docs/configuration.md for its form."]
        ) from None


def mistake(sentence: str) -> PydanticCustomError:
    """What a validator raises for a mistake that only several settings together make."""
    return PydanticCustomError("mistake", "{sentence}", {"sentence": sentence})


def _sentence(problem: object) -> str:
    """One sentence for one of pydantic's error dictionaries, naming the variable and the cure."""
    assert isinstance(problem, dict)
    if problem["type"] == "mistake":
        return str(problem["msg"])
    name = PREFIX + str(problem["loc"][0]).upper() if problem["loc"] else "the settings"
    within = ".".join(str(step) for step in problem["loc"][1:])
    if problem["type"] == "missing":
        return f"{name} lacks {within}." if within else f"{name} is not set: set it in the environment."
    text = str(problem["msg"]).removeprefix("Value error, ")
    within = within and f", at {within},"
    return f"{name}{within} is {problem['input']!r}: {text[0].lower()}{text[1:]}."
