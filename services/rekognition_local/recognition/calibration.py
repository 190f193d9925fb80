"""Turn log-odds into a confidence that means what it says.

Platt, "Probabilistic outputs for support vector machines" (1999): a logistic regression of right and wrong
finds on their log-odds, with his targets that keep few samples honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.rekognition_local.recognition.samples import Floats

_RIDGE = 1.0  # pull towards the bare log-odds, felt only while finds are few


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = 100 / (1 + exp(-(slope * log-odds + intercept)))."""

    slope: float
    intercept: float

    def confidence(self, odds: Floats) -> Floats:
        """Confidences 0 to 100 (N) of log-odds (N)."""
        fitted = np.clip(odds * self.slope + self.intercept, -30, 30)
        return np.asarray(100 / (1 + np.exp(-fitted)), dtype=np.float32)


UNCALIBRATED = Calibration(1.0, 0.0)


def calibrate(odds: Floats, right: np.ndarray) -> Calibration:
    """Fit by Newton's method to the log-odds (N) of finds that were `right` (N, bool)."""
    good, bad = int(right.sum()), int((~right).sum())
    if not len(odds):
        return UNCALIBRATED
    target = np.where(right, (good + 1) / (good + 2), 1 / (bad + 2))
    inputs = np.stack([odds, np.ones(len(odds))], axis=1).astype(np.float64)
    weights = np.array([1.0, 0.0])
    penalty = _RIDGE * np.diag([1.0, 0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - target) + penalty @ (weights - [1.0, 0.0])
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + penalty + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights - step * min(1.0, 2 / float(np.abs(step).max() + 1e-9))
    return Calibration(float(weights[0]), float(weights[1]))
