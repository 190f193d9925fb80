"""Lines of Ground Truth manifests, pure: a picture in S3 and the boxes of the logos in it.

Format: Amazon Rekognition Custom Labels guide, "Object localization in manifest files"; boxes in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.datasets.manifest import DETECTION, Box

Size = tuple[int, int]  # width and height in pixels


@dataclass(frozen=True, slots=True)
class Origin:
    """Where boxes come from: the attribute that holds them, the job, an ISO date, and who drew them."""

    attribute: str
    job: str
    created: str
    by_people: bool = True


def line(
    picture: str,
    size: Size,
    boxes: Sequence[Box],
    labels: Sequence[str],
    origin: Origin,
    confidences: Sequence[float] = (),
) -> dict[str, Any]:
    """The line of the picture at `s3://bucket/key`.

    `labels` are those of the whole dataset, in the order of their numbers. `confidences` run from 0 to 1;
    where there are none, all is certain.
    """
    own = sorted({labels.index(box.label) for box in boxes})
    return {
        "source-ref": picture,
        origin.attribute: {
            "image_size": [{"width": size[0], "height": size[1], "depth": 3}],
            "annotations": [_annotation(box, labels) for box in boxes],
        },
        f"{origin.attribute}-metadata": {
            "objects": [{"confidence": confidence} for confidence in confidences or [1] * len(boxes)],
            "class-map": {str(number): labels[number] for number in own},
            "type": DETECTION,
            "human-annotated": "yes" if origin.by_people else "no",
            "creation-date": origin.created,
            "job-name": origin.job,
        },
    }


def review_line(
    picture: str, size: Size, found: Sequence[Mapping[str, Any]], created: str, by_people: bool
) -> dict[str, Any]:
    """The line of a frame that was to be reviewed: as people left it, or as detectors found it for them.

    What is found has a label, a confidence in percent, and left, top, width and height in ratios of it.
    """
    boxes = [in_pixels(each["label"], each, size) for each in found]
    labels = sorted({box.label for box in boxes})
    confidences = () if by_people else [round(each["confidence"] / 100, 4) for each in found]
    origin = Origin("bounding-box", "logostream/review", created, by_people)
    return line(picture, size, boxes, labels, origin, confidences)


def in_pixels(label: str, box: Mapping[str, float], size: Size) -> Box:
    """A box given in ratios of the picture: in whole pixels, inside it and at least one wide and high."""
    left, width = _side(box["left"], box["width"], size[0])
    top, height = _side(box["top"], box["height"], size[1])
    return Box(label, left, top, width, height)


def _side(begins: float, lasts: float, pixels: int) -> tuple[int, int]:
    first = min(max(0, round(begins * pixels)), pixels - 1)
    return first, max(1, min(pixels, round((begins + lasts) * pixels)) - first)


def _annotation(box: Box, labels: Sequence[str]) -> dict[str, int]:
    left, top = round(box.left), round(box.top)
    right, bottom = round(box.left + box.width), round(box.top + box.height)
    return {
        "class_id": labels.index(box.label),
        "left": left,
        "top": top,
        "width": max(1, right - left),
        "height": max(1, bottom - top),
    }
