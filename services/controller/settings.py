"""What the controller reads from its environment."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from shared.settings import DetectingSettings, mistake


class ControllerSettings(DetectingSettings):
    """Settings of one controller; any number may run, one of them leads."""

    inference_units: int = Field(1, ge=1, description="Inference units the model is started with.")
    tick_seconds: float = Field(10.0, gt=0, description="How often the controller looks and decides.")
    lease_seconds: float = Field(
        30.0,
        gt=0,
        description="How long a controller that falls silent keeps the lead; at least three ticks.",
    )
    watch_seconds: float = Field(
        30.0, gt=0, description="How often a controller measures the queues, for its metrics."
    )
    start_attempts: int = Field(
        3, ge=1, description="How often a start that ends FAILED is tried before the controller only waits."
    )

    @model_validator(mode="after")
    def _knows_its_models(self) -> Self:
        models = self.models()
        if not models:
            raise mistake("LOGOSTREAM_MODEL_ARN is not set: set it in the environment.")
        for name, spec in models.items():
            if not spec.project_arn:
                raise mistake(f"LOGOSTREAM_PROJECT_ARN is not set, nor detector {name}'s: set one of them.")
        return self
