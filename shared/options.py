"""How a video is processed: which frames are sampled, which of them are worth examining, what is reported."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.screening import Screening


class Sampling(BaseModel):
    """Which frames of a video are published, and as what."""

    model_config = ConfigDict(frozen=True)
    interval: Decimal = Field(
        Decimal(1), ge=Decimal("0.001"), description="seconds between sampling instants"
    )
    image_format: Literal["jpeg", "png"] = "jpeg"
    quality: int = Field(95, ge=1, le=100)
    deinterlace: bool = False
    square_pixels: bool = False
    dedup: bool = False
    screening: Screening = Screening()

    @property
    def step(self) -> Fraction:
        """The interval as an exact fraction of seconds."""
        return Fraction(self.interval)

    @property
    def suffix(self) -> str:
        return "png" if self.image_format == "png" else "jpg"


class Options(BaseModel):
    """All that decides a video's results; part of its identity, so other options make another run."""

    model_config = ConfigDict(frozen=True)
    sampling: Sampling = Sampling()
    labels: tuple[str, ...] = ()  # the only brands that are reported; all where there are none
