"""What the trainer reads from the environment."""

from __future__ import annotations

from pydantic import Field

from shared.config.settings import Settings


class TrainerSettings(Settings):
    """Settings of `logostream model` and `logostream teardown`."""

    project: str = Field(
        "logostream",
        pattern=r"^[a-zA-Z0-9_.\-]{1,255}$",
        description="Custom Labels project that `logostream model` works on.",
    )
    training_bucket: str = Field(
        "logostream-training", description="Bucket of training pictures and of what trainings find."
    )
    poll_seconds: float = Field(
        5.0, gt=0, description="How often `logostream model` looks whether what it waits for has come."
    )
