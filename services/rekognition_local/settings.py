"""What the stand-in reads from the environment: where it listens, how long things take, how fast it is."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from services.rekognition_local.clock import MOST_SPEED
from shared.config.settings import Settings


class RekognitionSettings(Settings):
    """Settings of the stand-in for Amazon Rekognition; see AWS's quotas for the defaults of the limits."""

    rekognition_host: str = Field("127.0.0.1", description="Address the stand-in for Rekognition listens on.")
    rekognition_port: int = Field(
        4570, ge=0, le=65535, description="Port the stand-in for Rekognition listens on; 0 takes a free one."
    )
    state_dir: Path = Field(
        Path(".logostream/rekognition"), description="Folder where the stand-in keeps projects and models."
    )
    learnt_dir: Path | None = Field(
        None, description="Folder where the stand-in keeps what it learnt: the same pictures are learnt once."
    )
    start_seconds: float = Field(5.0, ge=0, description="How long a model of the stand-in takes to start.")
    stop_seconds: float = Field(2.0, ge=0, description="How long a model of the stand-in takes to stop.")
    change_seconds: float = Field(
        1.0, ge=0, description="How long datasets, copies and deletions of the stand-in take."
    )
    least_training_seconds: float = Field(
        0.0, ge=0, description="How long a training of the stand-in takes at least."
    )
    scale_seconds: float = Field(
        60.0, gt=0, description="How often the stand-in fits a model's units to its load, within its bounds."
    )
    frames_per_second_per_unit: float = Field(
        5.0, gt=0, description="Images a second the stand-in takes per inference unit."
    )
    max_units: int = Field(5, ge=1, description="Most inference units one model of the stand-in may have.")
    control_calls_per_second: float = Field(
        5.0, gt=0, description="Calls a second the stand-in takes of each operation that is no detection."
    )
    clock_speed: float | None = Field(
        None, ge=0, le=MOST_SPEED, description="How many times as fast as real time the stand-in lives."
    )
    detection_threads: int = Field(2, ge=1, description="Images the stand-in examines at the same time.")
