"""The models of the installation, each with a switch of its own."""

from __future__ import annotations

from dataclasses import dataclass

from services.dashboard.live.versions import Lister
from services.dashboard.switch import HandSwitch


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Without its project's ARN it has no switch and no list of versions."""

    name: str
    detector: str  # whose it is; paths know it by this, as names of models have a slash
    switch: HandSwitch | None = None
    versions: Lister | None = None
