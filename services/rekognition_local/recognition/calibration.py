"""Turn raw evidence into a confidence that means what it says.

Platt, "Probabilistic outputs for support vector machines" (1999): a logistic regression of right and wrong
finds, here on the network's log-odds and the template's score, with his targets that keep few samples honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.rekognition_local.recognition.samples import Floats

_RIDGE = 1.0  # pull towards the bare log-odds, felt only while finds are few


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = 100 / (1 + exp(-(slopes . evidence + intercept)))."""

    slopes: Floats
    intercept: float

    def doubting(self, odds: float) -> Calibration:
        """The same with all log-odds lowered."""
        return Calibration(self.slopes, self.intercept - odds)

    def confidence(self, evidence: Floats) -> Floats:
        """Confidences 0 to 100 (N) of evidence (N x 2)."""
        odds = np.clip(evidence @ self.slopes + self.intercept, -30, 30)
        return np.asarray(100 / (1 + np.exp(-odds)), dtype=np.float32)


UNCALIBRATED = Calibration(np.array([1.0, 0.0], np.float32), 0.0)


def calibrate(evidence: Floats, right: np.ndarray) -> Calibration:
    """Fit by Newton's method to evidence (N x 2) of finds that were `right` (N, bool)."""
    good, bad = int(right.sum()), int((~right).sum())
    if not len(evidence):
        return UNCALIBRATED
    target = np.where(right, (good + 1) / (good + 2), 1 / (bad + 2))
    inputs = np.hstack([evidence, np.ones((len(evidence), 1))]).astype(np.float64)
    weights = np.array([1.0, 0.0, 0.0])
    penalty = _RIDGE * np.diag([1.0, 1.0, 0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - target) + penalty @ (weights - [1.0, 0.0, 0.0])
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + penalty + 1e-9 * np.eye(3)
        step = np.linalg.solve(bend, slope)
        weights = weights - step * min(1.0, 2 / float(np.abs(step).max() + 1e-9))
    return Calibration(weights[:2].astype(np.float32), float(weights[2]))
