"""What the detector reads from its environment."""

from __future__ import annotations

from pydantic import Field

from shared.rekognition import ModelArn
from shared.settings import Settings


class DetectorSettings(Settings):
    """Settings of one detector replica."""

    model_arn: ModelArn = Field(description="ARN of the Custom Labels project version (the model).")
    min_confidence: float = Field(
        40.0, ge=0, le=100, description="Detections below this confidence, in percent, are left out."
    )
    detect_concurrency: int = Field(8, ge=1, description="Frames one detector examines at a time.")
    initial_rate: float = Field(
        2.0, gt=0, description="Calls per second a detector starts with, before it has learnt the rate."
    )
    highest_rate: float = Field(50.0, gt=0, description="Calls per second a detector never exceeds.")
    gate_poll_seconds: float = Field(
        2.0, gt=0, description="How often a detector looks whether the model runs."
    )
