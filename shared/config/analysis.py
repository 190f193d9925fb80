"""How detections are made into exposures; plain values, for they go everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Analysis:
    """What counts as a logo, as flicker and as an exposure, and what a second is worth: docs/exposure.md."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a misspelt option must not be passed over

    gap: float = 1.0  # seconds a logo may be missed before its exposure ends
    overlap: float = 0.1  # intersection over union from which two boxes are one logo
    reach: float = 2.0  # box sizes that its centre may move between two samples
    median: float = 50.0  # percent: a logo whose median confidence is lower is flicker
    shortest: float = 0.5  # seconds: what is seen in fewer samples than that gives is flicker
    edge_precision: float | None = None  # seconds to which edges are found by extra frames, if at all
    edge_budget: float = 0.25  # extra frames at most, for each frame examined
    rate: float | None = None  # money that a second of full exposure is worth
