"""What the aggregator reads from its environment."""

from __future__ import annotations

from pydantic import Field

from shared.config.settings import AnnouncingSettings


class AggregatorSettings(AnnouncingSettings):
    """Settings of one aggregator."""

    aggregate_concurrency: int = Field(20, ge=1, description="Results one aggregator enters at a time.")
