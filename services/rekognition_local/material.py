"""Training material: pictures and labels laid out in a folder, for the process that learns from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.rekognition_local import images
from services.rekognition_local.recognition.samples import LabelledBox, LabelledImage
from shared import manifest

_LABELS = "labels.json"


def picture_file(folder: Path, number: int) -> Path:
    """Where the picture with this number lies; its format is in its first bytes, whatever the name."""
    return folder / f"{number:06d}.image"


def write_labels(folder: Path, sources: Mapping[int, manifest.Source]) -> None:
    """Write what is in the pictures, by their numbers."""
    rows = [{"number": number, **asdict(source)} for number, source in sources.items()]
    (folder / _LABELS).write_text(json.dumps(rows), "utf-8")


def read_samples(folder: Path) -> list[LabelledImage]:
    """Decode the pictures of a folder, with their boxes; raises `errors.InvalidImageFormatException`."""
    rows = json.loads((folder / _LABELS).read_text("utf-8"))
    return [_sample(picture_file(folder, row["number"]), row) for row in rows]


def _sample(file: Path, row: dict[str, Any]) -> LabelledImage:
    data = file.read_bytes()
    if row["whole"] is None:
        boxes = tuple(LabelledBox(**box) for box in row["boxes"])
        return LabelledImage(images.decoded(data), boxes)
    image = images.decoded_with_transparency(data)
    return LabelledImage(image, (LabelledBox(row["whole"], 0, 0, image.shape[1], image.shape[0]),))
