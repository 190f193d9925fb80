"""The brands port: what each brand amounts to in each finished video, to be read across videos."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BrandInVideo:
    """A brand's exposure in one video, as one detector saw it; times in seconds.

    `submitted_at` is the video's, in seconds since the epoch; `value` is None without a rate.
    """

    brand: str
    video_id: str
    detector: str
    source: str
    submitted_at: float
    duration: float
    screen_time: float
    deviation: float
    exposures: int
    area_time: float
    effective: float
    value: float | None = None


class Brands(Protocol):
    """Brands across videos; raises `LedgerError`."""

    async def enter(self, video_id: str, rows: Collection[BrandInVideo]) -> None:
        """Enter what brands amount to in a video, in place of all that stood there of it."""
        ...

    def read(self, brand: str | None = None, since: float = 0.0) -> AsyncIterator[BrandInVideo]:
        """The rows of a brand, or of all, of videos submitted since then; in no order of brands."""
        ...
