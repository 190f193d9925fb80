"""How a video is processed: which frames are sampled, which of them are worth examining, what is reported."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.config.analysis import Analysis
from shared.config.detectors import DEFAULT, DetectorNames
from shared.config.screening import Screening

Interval = Annotated[Decimal, Field(ge=Decimal("0.001"))]  # seconds between sampling instants
ImageFormat = Literal["jpeg", "png"]
Quality = Annotated[int, Field(ge=1, le=100)]  # JPEG's


class Sampling(BaseModel):
    """Which frames of a video are published, and as what."""

    model_config = ConfigDict(frozen=True)
    interval: Interval = Decimal(1)
    image_format: ImageFormat = "jpeg"
    quality: Quality = 95
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
    detectors: DetectorNames = (DEFAULT,)
    labels: tuple[str, ...] = ()  # the only brands that are reported; all where there are none
    analysis: Analysis = Analysis()
    run: str = ""  # sets one run apart from others of the same upload with the same options
