"""COCO annotation files: one JSON document with images, categories and boxes in pixels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.trainer.formats.files import find_picture, read_text
from services.trainer.formats.pictures import Picture, Reading, Where
from shared.datasets.manifest import Box


@dataclass(frozen=True, slots=True)
class Described:
    """One image of a document: its file name and its boxes."""

    name: str
    boxes: tuple[Box, ...]


def documents_in(folder: Path) -> list[Path]:
    """The COCO documents in a folder, or in its `annotations`."""
    found = [*folder.glob("*.json"), *folder.glob("annotations/*.json")]
    return sorted(path for path in found if '"annotations"' in path.read_text("utf-8", errors="replace"))


def read(source: Path) -> Reading:
    """A document, or all those in a folder; pictures lie beside it, in `images`, or below the folder."""
    reading = Reading()
    for path in documents_in(source) if source.is_dir() else [source]:
        root = source if source.is_dir() else path.parent
        _read_file(path, root, reading)
    return reading


def _read_file(path: Path, root: Path, reading: Reading) -> None:
    where = Where(path)
    try:
        described, problems = parse(json.loads(read_text(path)))
    except ValueError as error:
        reading.wrong(where, f"no COCO document: {error}")
        return
    for problem in problems:
        reading.wrong(where, problem)
    for one in described:
        picture = find_picture(root, path.parent, one.name)
        if picture is None:
            reading.wrong(where, f"image {one.name} is not beside the document")
        else:
            reading.pictures.append(Picture(picture, where, one.boxes))


def parse(document: Any) -> tuple[list[Described], list[str]]:
    """The images of a document and what is wrong with it; raises ValueError when it is none."""
    try:
        images = {image["id"]: str(image["file_name"]) for image in document["images"]}
        labels = {category["id"]: str(category["name"]) for category in document["categories"]}
        annotations = list(document["annotations"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    boxes: dict[Any, list[Box]] = {number: [] for number in images}
    problems = []
    for at, annotation in enumerate(annotations):
        try:
            boxes[annotation["image_id"]].append(_box(annotation, labels))
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"annotation {at} is malformed ({type(error).__name__}: {error})")
    return [Described(name, tuple(boxes[number])) for number, name in images.items()], problems


def _box(annotation: Any, labels: dict[Any, str]) -> Box:
    left, top, width, height = (float(side) for side in annotation["bbox"])
    return Box(labels[annotation["category_id"]], left, top, width, height)
