"""What the command line reads from its environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from shared.config.settings import ProcessingSettings

ROOT = Path(__file__).parents[2]


class CliSettings(ProcessingSettings):
    """Settings of the `logostream` command."""

    videos_bucket: str = Field("logostream-videos", description="Bucket that videos are uploaded to.")
    ministack: Path = Field(
        ROOT / ".venv-aws/bin/ministack", description="Program of the embedded AWS, made by `make setup`."
    )
    detector_replicas: int = Field(
        2, ge=1, description="Processes that `logostream up` and `demo` start of each detector."
    )
    localstack: Path | None = Field(
        None, description="Python with LocalStack, whose S3, SQS and CloudWatch `logostream up` then uses."
    )
