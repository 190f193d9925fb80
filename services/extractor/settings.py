"""What the extractor reads from its environment."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import Field

from shared.config.settings import AnnouncingSettings, ProcessingSettings


class ExtractorSettings(ProcessingSettings, AnnouncingSettings):
    """Settings of one extractor replica."""

    chunk_seconds: int = Field(120, ge=1, description="Length of the chunks a video is cut into.")
    extract_concurrency: int = Field(2, ge=1, description="Chunks one extractor decodes at a time.")
    work_dir: Path = Field(
        Path(tempfile.gettempdir()) / "logostream",
        description="Where a video is copied to if it cannot be read in order.",
    )

    @property
    def videos_at_once(self) -> int:
        """The most videos one replica works on: as many are planned at a time as chunks are decoded."""
        return 2 * self.extract_concurrency
