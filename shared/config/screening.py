"""The thresholds that decide which frames are worth a paid detector; plain values, for they go everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Screening:
    """What is rejected; luma runs from 0 (black) to 255 (white). Pictures are in docs/screening.md."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a misspelt threshold must not be passed over

    dark: float = 20.0  # 99 % of the picture is darker: fades, black leader, lens caps
    bright: float = 235.0  # 99 % of the picture is brighter: flashes, white fades
    flat: float = 3.0  # standard deviation of luma: single colours
    blur: float = 0.10  # sharpness: real videos have 0.13 to 0.5, smeared over 2 % of the width 0.04 to 0.09
    duplicate: float = 6.0  # luma by which the most different tile may differ: above it something moved
    max_gap: float = 2.0  # seconds after which any picture counts as new, so that nothing disappears
