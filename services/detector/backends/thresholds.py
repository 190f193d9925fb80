"""The confidence from which a label counts, pure: by label, and for all others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from shared.config.detectors import Percent
from shared.messaging.messages import Detection

Percents = Mapping[str, float]  # by label
_percents: TypeAdapter[dict[str, float]] = TypeAdapter(dict[str, Percent])


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In percent: `by_label`, and `otherwise` for labels that it does not name."""

    otherwise: float
    by_label: Percents

    def keep(self, detections: Iterable[Detection]) -> tuple[Detection, ...]:
        """The detections that count."""
        return tuple(
            found
            for found in detections
            if found.confidence >= self.by_label.get(found.label, self.otherwise)
        )


def read(text: str) -> Percents:
    """Thresholds as a file holds them, a JSON map of labels to percents; raises ValueError."""
    try:
        return _percents.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = f" ({first['loc'][0]}: {first['msg']})" if first["loc"] else ""
        raise ValueError(f"no JSON map of labels to percents{where}") from None


def trained(summary: bytes) -> Percents:
    """What training found best, from its summary, where thresholds are shares; raises ValueError.

    Format: https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/im-summary-file-api.html.
    """
    try:
        results = json.loads(summary)["LabelEvaluationResults"]
        return {label["Label"]: 100 * float(label["Metrics"]["Threshold"]) for label in results}
    except (KeyError, TypeError, ValueError):
        raise ValueError("no summary of a training") from None
