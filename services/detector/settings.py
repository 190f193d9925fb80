"""What the detector reads from its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from services.detector.backends.thresholds import Percents, read
from shared.config.detectors import TRAINED, CustomLabelsSpec, DetectorName, DetectorSpec
from shared.config.settings import DetectingSettings, mistake


class DetectorSettings(DetectingSettings):
    """Settings of one detector replica, which serves one of the detectors."""

    detector: DetectorName | None = Field(
        None, description="Name of the detector that this process serves; the only one where there is one."
    )
    min_confidence: float = Field(
        40.0,
        ge=0,
        le=100,
        description="Detections below this confidence, in percent, are left out by detectors that name none.",
    )
    detect_concurrency: int = Field(
        50, ge=1, description="Most frames one detector has in hand; rate and latency may ask for fewer."
    )
    initial_rate: float = Field(
        1.0,
        gt=0,
        description="Calls per second and inference unit tried first, before a model's rate is learnt.",
    )
    highest_rate: float = Field(
        50.0, gt=0, description="Calls per second that all detectors of a name never exceed together."
    )
    gate_poll_seconds: float = Field(
        1.0, gt=0, description="How often a detector looks whether the model runs."
    )

    @model_validator(mode="after")
    def _serves_one(self) -> Self:
        names = ", ".join(self.detector_names)
        if self.detector is None and len(self.detectors) > 1:
            raise mistake(f"LOGOSTREAM_DETECTOR is not set: name one of {names}.")
        if self.detector not in (None, *self.detector_names):
            raise mistake(f"LOGOSTREAM_DETECTOR is {self.detector!r}: name one of {names}.")
        if isinstance(self.spec, CustomLabelsSpec) and not self.spec.model_arn:
            raise mistake("LOGOSTREAM_MODEL_ARN is not set: set it in the environment.")
        if self.thresholds == TRAINED and not getattr(self.spec, "project_arn", None):
            raise mistake(
                f"detector {self.spec.name} has no project_arn, whose training its thresholds are of."
            )
        return self

    @property
    def spec(self) -> DetectorSpec:
        """The detector that this process serves."""
        served = next(spec for spec in self.detectors if self.detector in (None, spec.name))
        return self.complete(served)

    @property
    def confidence(self) -> float:
        """Percent from which detections count whose label has no threshold of its own."""
        own = self.spec.min_confidence
        return self.min_confidence if own is None else own

    @property
    def thresholds(self) -> Percents | Literal["trained"]:
        """The thresholds by label, or that they are to be those of the training."""
        given = self.spec.thresholds
        if not isinstance(given, Path):
            return given
        try:
            return read(given.read_text())
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise mistake(
                f"detector {self.spec.name}: the thresholds in {given} cannot be read: {reason}."
            ) from None
