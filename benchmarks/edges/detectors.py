"""Who looks at the frames: the truth itself, or the local recognizer trained for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from benchmarks.edges.clips import Clip
from benchmarks.recognition.scenes import samples
from services.aggregator.analysis.sightings import Box, Sighting
from services.rekognition_local.recognition import Recognizer, train

LEAST_CONFIDENCE = 40.0  # percent, as detectors ask by default

Detect = Callable[[Clip, int], tuple[Sighting, ...]]  # what a frame of the clip shows


def truth(clip: Clip, number: int) -> tuple[Sighting, ...]:
    """A perfect detector, so that nothing but sampling is measured."""
    return clip.frames[number]


def recognizer(model: Path | None, manifest: Path, images: Path) -> Detect:
    """The local recognizer, trained on these pictures, or kept in a file from before."""
    trained = _trained(model, manifest, images)

    @cache
    def looked(video: Path, number: int) -> tuple[Sighting, ...]:
        film = cv2.VideoCapture(str(video))
        film.set(cv2.CAP_PROP_POS_FRAMES, number)
        _, image = film.read()
        return _sightings(trained, image)

    def detect(clip: Clip, number: int) -> tuple[Sighting, ...]:
        assert clip.video, f"{clip.name} has no video to look at"
        return looked(clip.video, clip.skipped + number)

    return detect


def _trained(model: Path | None, manifest: Path, images: Path) -> Recognizer:
    if model and model.exists():
        return Recognizer.load(model)
    trained = train(samples(manifest, images), seed=0)
    if model:
        trained.save(model)
    return trained


def _sightings(trained: Recognizer, image: Any) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(found.label, Box(found.left, found.top, found.width, found.height), found.confidence)
        for found in trained.detect(image)
        if found.confidence >= LEAST_CONFIDENCE
    )
