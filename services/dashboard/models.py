"""The models of the installation: one may serve several detectors, and each has a switch of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.dashboard.live.versions import Lister
from services.dashboard.switch import HandSwitch
from shared.detectors import ModelSpec, Spec


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Without its project's ARN it has no switch and no list of versions."""

    name: str
    detectors: tuple[str, ...]
    switch: HandSwitch | None = None
    versions: Lister | None = None

    @property
    def id(self) -> str:
        """What paths and pages know it by: its first detector, as names of models have a slash."""
        return self.detectors[0]


def shared_by(specs: Iterable[Spec]) -> dict[str, tuple[str, ...]]:
    """The names of the detectors by the name of the model that they share, where they name one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for spec in specs:
        if isinstance(spec, ModelSpec) and spec.model_arn:
            found[spec.key].append(spec.name)
    return {model: tuple(detectors) for model, detectors in found.items()}
