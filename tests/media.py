"""Where the real media lie that some tests read; not every machine has them."""

from __future__ import annotations

from pathlib import Path

MEDIA = Path(__file__).parents[2] / "shared" / "media"
VIDEOS = MEDIA / "videos"
HOSTILE = MEDIA / "hostile"
