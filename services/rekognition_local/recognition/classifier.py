"""A small multi-layer perceptron: which logo a patch shows, if any, and how to move its box onto the logo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.rekognition_local.recognition.samples import Floats, Indices

HIDDEN = 256
_BATCH = 128
_RATE = 1.5e-3  # Adam's step at the start; it falls to nothing along a cosine
_DECAY = 0.02  # weight decay, decoupled
_DROP = 0.3  # share of hidden units silenced at each training step
_SMOOTHING = 0.02  # probability spread over the other classes, against overconfidence
_OFFSET_WEIGHT = 2.0  # of the box loss relative to the class loss


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of the network; class 0 is the background, class k + 1 is label k.

    Shapes: centre, spread (D); first (D x H), first_bias (H); second (H x (C + 4)), second_bias (C + 4).
    """

    centre: Floats
    spread: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats

    def judge(self, described: Floats) -> tuple[Floats, Floats]:
        """Class log-probabilities (N x C) and box offsets (N x 4) of described patches (N x D)."""
        hidden = np.maximum((described - self.centre) / self.spread @ self.first + self.first_bias, 0)
        out = hidden @ self.second + self.second_bias
        return _log_softmax(out[:, :-4]), out[:, -4:]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Training examples: descriptors (N x D), label numbers (N), offsets to the logo (N x 4) and quality (N).

    Quality is how well the box shows the logo: 1 for a good box, 0 for background, whose owner and offset are
    not looked at. It is the probability the network should answer, so the best placed box scores highest.
    """

    described: Floats
    owners: Indices
    offsets: Floats
    quality: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Lessons:
        """The lessons marked (N, bool)."""
        described, owners = self.described[wanted], self.owners[wanted]
        return Lessons(described, owners, self.offsets[wanted], self.quality[wanted])


def joined(lessons: Sequence[Lessons]) -> Lessons:
    """All lessons in one."""
    return Lessons(
        np.concatenate([one.described for one in lessons]),
        np.concatenate([one.owners for one in lessons]),
        np.concatenate([one.offsets for one in lessons]),
        np.concatenate([one.quality for one in lessons]),
    )


def learn(lessons: Lessons, labels: int, passes: int, rng: np.random.Generator) -> Classifier:
    """Train by Adam (Kingma and Ba, 2015) with dropout on smoothed cross-entropy and a smooth-L1 box loss."""
    centre, spread = lessons.described.mean(axis=0), lessons.described.std(axis=0) + 0.05
    inputs = (lessons.described - centre) / spread
    weights = _initial(inputs.shape[1], 1 + labels + 4, rng)
    adam = _Adam(weights)
    steps = passes * -(-len(inputs) // _BATCH)
    done = 0
    for _ in range(passes):
        order = rng.permutation(len(inputs))
        for batch in np.array_split(order, -(-len(inputs) // _BATCH)):
            slopes = _slopes(weights, inputs[batch], _targets(lessons, batch, labels), rng)
            adam.step(slopes, _RATE * 0.5 * (1 + np.cos(np.pi * done / steps)))
            done += 1
    return Classifier(centre, spread, *weights)


def together(classifiers: Sequence[Classifier]) -> Classifier:
    """One network that answers the mean of several: their errors differ, what they agree on stays.

    All must have been trained on the same lessons, so that they share centre and spread.
    """
    return Classifier(
        classifiers[0].centre,
        classifiers[0].spread,
        np.hstack([one.first for one in classifiers]),
        np.concatenate([one.first_bias for one in classifiers]),
        np.vstack([one.second for one in classifiers]) / np.float32(len(classifiers)),
        np.mean([one.second_bias for one in classifiers], axis=0),
    )


def _initial(inputs: int, outputs: int, rng: np.random.Generator) -> list[Floats]:
    first = rng.normal(0, np.sqrt(2 / inputs), (inputs, HIDDEN)).astype(np.float32)
    second = rng.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, outputs)).astype(np.float32)
    return [first, np.zeros(HIDDEN, np.float32), second, np.zeros(outputs, np.float32)]


def _targets(lessons: Lessons, batch: Indices, labels: int) -> Floats:
    """What the network should answer: class chances, offsets, and whether the offsets count (N x C + 5)."""
    quality, rows = lessons.quality[batch], np.arange(len(batch))
    chances = np.full((len(batch), labels + 1), _SMOOTHING / (labels + 1), np.float32)
    chances[rows, lessons.owners[batch] + 1] += (1 - _SMOOTHING) * quality
    chances[:, 0] += (1 - _SMOOTHING) * (1 - quality)
    return np.hstack([chances, lessons.offsets[batch], quality[:, None] > 0]).astype(np.float32)


def _slopes(weights: list[Floats], inputs: Floats, targets: Floats, rng: np.random.Generator) -> list[Floats]:
    """Gradients of the mean loss over one batch, in the order of the weights."""
    first, first_bias, second, second_bias = weights
    raw = inputs @ first + first_bias
    keep = (rng.random(raw.shape, np.float32) > _DROP) / np.float32(1 - _DROP) * (raw > 0)
    hidden = raw * keep
    out = hidden @ second + second_bias
    class_slope = np.exp(_log_softmax(out[:, :-4])) - targets[:, :-5]
    # The derivative of smooth L1 with its bend at 0.1.
    box_slope = _OFFSET_WEIGHT * np.clip((out[:, -4:] - targets[:, -5:-1]) / 0.1, -1, 1) * targets[:, -1:]
    out_slope = np.hstack([class_slope, box_slope]) / np.float32(len(inputs))
    raw_slope = (out_slope @ second.T) * keep
    return [inputs.T @ raw_slope, raw_slope.sum(axis=0), hidden.T @ out_slope, out_slope.sum(axis=0)]


class _Adam:
    """The optimizer's moving averages, and its step with decoupled weight decay; works in place."""

    def __init__(self, weights: list[Floats]) -> None:
        self._weights = weights
        self._mean = [np.zeros_like(weight) for weight in weights]
        self._square = [np.zeros_like(weight) for weight in weights]
        self._steps = 0

    def step(self, slopes: list[Floats], rate: float) -> None:
        self._steps += 1
        # Both averages start at nothing; this makes up for it (section 2 of the paper, in its faster form).
        pace = rate * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for weight, slope, mean, square in zip(self._weights, slopes, self._mean, self._square, strict=True):
            if weight.ndim > 1:
                weight *= np.float32(1 - rate * _DECAY)
            mean *= np.float32(0.9)
            mean += np.float32(0.1) * slope
            square *= np.float32(0.999)
            slope *= slope
            square += np.float32(0.001) * slope
            np.sqrt(square, out=slope)
            slope += np.float32(1e-7)
            weight -= np.float32(pace) * mean / slope


def _log_softmax(values: Floats) -> Floats:
    shifted = values - values.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
