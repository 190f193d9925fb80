"""Material of a training in a folder: pictures to learn from, others to test with, and what was found there.

It is how the process that learns and the one that serves speak with each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from services.rekognition_local import images
from services.rekognition_local.recognition.samples import Found, Image, LabelledBox, LabelledImage
from services.rekognition_local.resources.recognizers import Recognizes
from shared.datasets import manifest
from shared.datasets.evaluation import Box, Evaluated, Find, Truth

_LABELS = "labels.json"
_MARGIN = (
    1.0  # around a picture that is a logo and nothing else, in its own size: scenes show more than a logo
)


def picture_file(folder: Path, number: int) -> Path:
    """Where the picture with this number lies; its format is in its first bytes, whatever the name."""
    return folder / f"{number:06d}.image"


def finds_file(folder: Path) -> Path:
    """Where it is written what was found in the pictures to test with."""
    return folder / "finds.json"


def write_labels(
    folder: Path,
    training: Mapping[int, manifest.Labelled],
    test: Mapping[int, manifest.Labelled],
) -> None:
    """Write what is in the pictures to learn from and in those to test with, by their numbers."""
    both = {"training": _rows(training), "test": _rows(test)}
    (folder / _LABELS).write_text(json.dumps(both), "utf-8")


def _rows(sources: Mapping[int, manifest.Labelled]) -> list[dict[str, Any]]:
    return [{"number": number, **asdict(source)} for number, source in sources.items()]


def read_samples(folder: Path) -> list[LabelledImage]:
    """Decode the pictures to learn from, with their boxes; raises `errors.InvalidImageFormatException`."""
    rows = json.loads((folder / _LABELS).read_text("utf-8"))["training"]
    return [_sample(picture_file(folder, row["number"]), row) for row in rows]


def _sample(file: Path, row: dict[str, Any]) -> LabelledImage:
    data = file.read_bytes()
    if row["whole"] is None:
        boxes = tuple(LabelledBox(**box) for box in row["boxes"])
        return LabelledImage(images.decoded(data), boxes)
    image = images.decoded_with_transparency(data)
    return LabelledImage(image, (LabelledBox(row["whole"], 0, 0, image.shape[1], image.shape[0]),))


def examine(folder: Path, recognizer: Recognizes) -> Iterator[float]:
    """Write down what a recognizer finds in the pictures to test with; yields the share done.

    Raises `errors.InvalidImageFormatException`.
    """
    rows = json.loads((folder / _LABELS).read_text("utf-8"))["test"]
    examined = []
    for row in rows:
        examined.append(_examined(picture_file(folder, row["number"]), row, recognizer))
        yield len(examined) / len(rows)
    finds_file(folder).write_text(json.dumps(examined), "utf-8")


def _examined(file: Path, row: dict[str, Any], recognizer: Recognizes) -> dict[str, Any]:
    image = images.decoded(file.read_bytes())
    shown = image if row["whole"] is None else _in_a_scene(image)
    finds = [asdict(found) for found in recognizer.detect(shown)]
    return {"number": row["number"], "height": image.shape[0], "width": image.shape[1], "finds": finds}


def _in_a_scene(logo: Image) -> Image:
    height, width = (round(_MARGIN * side) for side in logo.shape[:2])
    edge = np.median(np.concatenate([logo[0], logo[-1]]), axis=0).tolist()
    return cv2.copyMakeBorder(logo, height, height, width, width, cv2.BORDER_CONSTANT, value=edge)


def read_tested(folder: Path, test: Mapping[int, manifest.Labelled]) -> list[Evaluated]:
    """What is in the pictures to test with, and what was found there."""
    examined = json.loads(finds_file(folder).read_text("utf-8"))
    return [_tested(row, test[row["number"]]) for row in examined]


def _tested(row: dict[str, Any], source: manifest.Labelled) -> Evaluated:
    width, height = row["width"], row["height"]
    finds = [Found(**found) for found in row["finds"]]
    truths = [Truth(box.label, (box.left, box.top, box.width, box.height)) for box in source.boxes]
    return Evaluated(
        f"s3://{source.bucket}/{source.key}",
        tuple(truths) or tuple([Truth(source.whole, None)] if source.whole else ()),
        tuple(
            Find(one.label, one.confidence, _pixels(one, width, height) if truths else None) for one in finds
        ),
    )


def _pixels(found: Found, width: int, height: int) -> Box:
    return found.left * width, found.top * height, found.width * width, found.height * height
