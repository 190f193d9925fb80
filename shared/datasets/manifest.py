"""Ground Truth manifests: JSON lines naming pictures in S3 and what is in them; each bad line is told.

Formats: Amazon Rekognition Custom Labels guide, "Object localization in manifest files" (boxes in pixels)
and "Image-level labels in manifest files" (here: the picture is a logo and nothing else).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

DETECTION = "groundtruth/object-detection"
CLASSIFICATION = "groundtruth/image-classification"
MOST_BOXES = 50  # per picture, an AWS quota
MOST_PICTURES = 250_000  # per dataset, an AWS quota
MOST_LABELS = 250  # per dataset, an AWS quota
MOST_INVALID = 0.2  # of the lines, before AWS refuses the manifest


@dataclass(frozen=True, slots=True)
class Box:
    """A labelled box in pixels of the picture."""

    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture in S3 with its boxes, or, when it is a logo and nothing else, the label of the whole."""

    line: int
    bucket: str
    key: str
    boxes: tuple[Box, ...] = ()
    whole: str | None = None

    @property
    def place(self) -> str:
        """Where the picture lies."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def labels(self) -> set[str]:
        """All labels of the picture."""
        return {box.label for box in self.boxes} | ({self.whole} if self.whole else set())


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line (counted from 1) cannot be used."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The lines of a manifest that can be used, and those that cannot."""

    sources: tuple[Labelled, ...]
    problems: tuple[LineProblem, ...]


class BadLine(ValueError):
    """A line does not follow the format; the text says how."""


class Unlabelled(BadLine):
    """A line names a picture but no label that we know."""


def read(text: str) -> Manifest:
    """Every line of a manifest, usable or not; empty lines are skipped."""
    sources: list[Labelled] = []
    problems: list[LineProblem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            sources.append(source(number, line))
        except BadLine as error:
            problems.append(LineProblem(number, str(error)))
    return Manifest(tuple(sources), tuple(problems))


def too_many(bad: int, good: int) -> bool:
    """Whether so many bad lines beside so many good ones make AWS refuse the whole manifest."""
    return bad > MOST_INVALID * (bad + good)


def source(number: int, line: str) -> Labelled:
    """One line; raises `BadLine`."""
    row, place = reference(line)
    bucket, _, key = place.removeprefix("s3://").partition("/")
    boxes: list[Box] = []
    wholes: list[str] = []
    for name, metadata in _labellings(row):
        if metadata.get("type") == DETECTION:
            boxes += _boxes(row.get(name), metadata)
        else:
            wholes.append(_whole(row.get(name), metadata))
    if len(boxes) > MOST_BOXES:
        raise BadLine(f"{len(boxes)} boxes; a picture may have {MOST_BOXES}")
    if len(wholes) > 1 or (wholes and boxes):
        raise BadLine(
            "a picture with a label for the whole can have no other label: it must show one logo only"
        )
    return Labelled(number, bucket, key, tuple(boxes), wholes[0] if wholes else None)


def reference(line: str) -> tuple[dict[str, Any], str]:
    """A line as a JSON object, and the `s3://bucket/key` of its picture; raises `BadLine`."""
    row = _row(line)
    place = row.get("source-ref")
    if not isinstance(place, str):
        raise BadLine("source-ref is missing")
    bucket, _, key = place.removeprefix("s3://").partition("/")
    if not place.startswith("s3://") or not bucket or not key:
        raise BadLine(f"source-ref {place!r} is not of the form s3://bucket/key")
    return row, place


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON ({error})") from None
    if not isinstance(row, dict):
        raise BadLine("not a JSON object")
    return row


def _labellings(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The label attributes of a line with their metadata: those of a type we know."""
    known = [
        (name.removesuffix("-metadata"), metadata)
        for name, metadata in row.items()
        if name.endswith("-metadata")
        and isinstance(metadata, dict)
        and metadata.get("type") in (DETECTION, CLASSIFICATION)
    ]
    if not known:
        raise Unlabelled(f"no label attribute with metadata of type {DETECTION} or {CLASSIFICATION}")
    return known


def _boxes(labels: object, metadata: dict[str, Any]) -> list[Box]:
    try:
        assert isinstance(labels, dict)
        size = labels["image_size"][0]
        width, height = float(size["width"]), float(size["height"])
        annotations = list(labels["annotations"])
        names = dict(metadata["class-map"])
        confidences = list(metadata["objects"])
        boxes = [_box(annotation, names) for annotation in annotations]
    except BadLine:
        raise
    except (AssertionError, KeyError, IndexError, TypeError, ValueError) as error:
        raise BadLine(f"boxes are malformed ({type(error).__name__}: {error})") from None
    if len(confidences) != len(annotations):
        raise BadLine(f"{len(annotations)} annotations but {len(confidences)} objects in the metadata")
    for box in boxes:
        _check_inside(box, width, height)
    return boxes


def _box(annotation: dict[str, Any], names: dict[str, Any]) -> Box:
    class_id = str(annotation["class_id"])
    if class_id not in names:
        raise BadLine(f"class_id {class_id} is not in the class-map")
    left, top, width, height = (float(annotation[side]) for side in ("left", "top", "width", "height"))
    return Box(_label(names[class_id]), left, top, width, height)


def _check_inside(box: Box, width: float, height: float) -> None:
    # Written so that NaN fails too.
    sound = box.width > 0 and box.height > 0 and box.left >= 0 and box.top >= 0
    if not (sound and box.left + box.width <= width and box.top + box.height <= height):
        raise BadLine(
            f"a box of {box.label!r} is empty or reaches out of the picture ({width:g} x {height:g})"
        )


def _whole(identifier: object, metadata: dict[str, Any]) -> str:
    """The label of a picture as a whole: `class-name`, or the identifier looked up in a `class-map`."""
    if "class-name" in metadata:
        return _label(metadata["class-name"])
    names = metadata.get("class-map")
    if not isinstance(names, dict) or str(identifier) not in names:
        raise BadLine("neither class-name nor a class-map with the identifier in the metadata")
    return _label(names[str(identifier)])


def _label(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise BadLine(f"{name!r} is not a label name")
    return name
