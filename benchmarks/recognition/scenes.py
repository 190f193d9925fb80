"""Scenes to test on: pictures of a manifest, and frames of clips, with what is known of each logo in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from services.rekognition_local.recognition import LabelledBox, LabelledImage
from shared.datasets import manifest
from shared.datasets.evaluation import Box, Truth

LEAST_VISIBLE = 0.3  # share of a logo that must be in sight for it to count, in clips


@dataclass(frozen=True, slots=True)
class Shown:
    """A true box: share of the frame's height; in clips also degrees, pixels of blur, and share in sight."""

    height: float
    angle: float | None = None
    blur: float | None = None
    visible: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame to test on, with what is known of each true box."""

    image: Any
    truths: tuple[Truth, ...]
    shown: tuple[Shown, ...]


def samples(path: Path, images: Path) -> list[LabelledImage]:
    found = manifest.read(path.read_text())
    if found.problems:
        raise SystemExit(f"{path}, {found.problems[0]}")
    return [_sample(source, images) for source in found.sources]


def _sample(source: manifest.Labelled, images: Path) -> LabelledImage:
    file = images / source.key
    image = cv2.imread(str(file))
    if image is None:
        raise SystemExit(f"{file} cannot be read as an image; give its folder with --images")
    boxes = [LabelledBox(box.label, box.left, box.top, box.width, box.height) for box in source.boxes]
    return LabelledImage(image, tuple(boxes))


def scene(sample: LabelledImage) -> Scene:
    height = sample.image.shape[0]
    truths = [Truth(box.label, (box.left, box.top, box.width, box.height)) for box in sample.boxes]
    return Scene(sample.image, tuple(truths), tuple(Shown(box.height / height) for box in sample.boxes))


def clip_scenes(folder: Path, labels: set[str]) -> Iterator[Scene]:
    """A frame a second of every clip; logos that are no label of the model are there to mislead it."""
    for path in sorted(folder.glob("*.mp4")):
        truth = json.loads(path.with_suffix(".gt.json").read_text())
        film = cv2.VideoCapture(str(path))
        for number, logos in enumerate(truth["frames"]):
            got, image = film.read()
            if got and number % truth["fps"] == 0:
                yield _clip_scene(image, [one for one in logos if one["label"] in labels])


def _clip_scene(image: Any, logos: Sequence[Any]) -> Scene:
    kept = [one for one in logos if one["vis"] >= LEAST_VISIBLE]
    boxes = [_corners(one["box"]) for one in kept]
    shown = [
        Shown(box[3] / image.shape[0], one["ang"], one["blur"], one["vis"])
        for one, box in zip(kept, boxes, strict=True)
    ]
    truths = [Truth(one["label"], box) for one, box in zip(kept, boxes, strict=True)]
    return Scene(image, tuple(truths), tuple(shown))


def _corners(box: Sequence[float]) -> Box:
    left, top, right, bottom = box
    return left, top, right - left, bottom - top
