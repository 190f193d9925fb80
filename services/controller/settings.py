"""What the controller reads from its environment."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from services.controller.deciding.view import StartBilling
from shared.config.settings import DetectingSettings, mistake


class ControllerSettings(DetectingSettings):
    """Settings of one controller; any number may run, one of them leads."""

    most_units: int = Field(5, ge=1, description="Most inference units a model is started with.")
    elastic_units: bool = Field(
        False, description="Let AWS add units up to the most while a model runs (MaxInferenceUnits)."
    )
    unit_rate: float = Field(
        2.0, gt=0, description="Frames per second and inference unit, until the detectors have learnt it."
    )
    start_billing: StartBilling = Field(
        StartBilling.UNKNOWN,
        description="Whether AWS bills a model's start-up: `billed`, `unbilled` or `unknown`.",
    )
    hold_seconds: float | None = Field(
        None,
        ge=0,
        description="How long work may wait to share a start-up; by default 0 where start-ups are unbilled, "
        "as long as the deadlines allow where they are billed, a quarter of the deadline while unknown.",
    )
    day_budget: float | None = Field(
        None, gt=0, description="Most dollars that all models may cost in a day (UTC); none is no cap."
    )
    month_budget: float | None = Field(
        None, gt=0, description="Most dollars that all models may cost in a month (UTC); none is no cap."
    )
    respect_seconds: float = Field(
        900.0, ge=0, description="How long a model is left alone that someone else started or stopped."
    )
    tick_seconds: float = Field(10.0, gt=0, description="How often the controller looks and decides.")
    lease_seconds: float = Field(
        10.0, gt=0, description="How long a leader may fall silent before a standby takes over."
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
