"""What the controller reads from its environment."""

from __future__ import annotations

from pydantic import Field

from shared.rekognition import ModelArn
from shared.settings import Settings


class ControllerSettings(Settings):
    """Settings of one controller; any number may run, one of them leads."""

    model_arn: ModelArn = Field(description="ARN of the Custom Labels project version (the model).")
    project_arn: str = Field(
        pattern=r"^arn:[a-z-]+:rekognition:.*:project/.+", description="ARN of the model's project."
    )
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
