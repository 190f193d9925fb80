"""Ground Truth manifest lines of labelled pictures, as Custom Labels reads them.

Format: the guide's "Object localization in manifest files" and "Image-level labels in manifest files".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shared.manifest import CLASSIFICATION, DETECTION, Box

ATTRIBUTE = "logos"
CREATED = "2026-01-01T00:00:00"  # the format wants a date; a fixed one makes the same picture the same line
MOST_BYTES_AT_ONCE = 5 * 1024 * 1024  # of UpdateDatasetEntries


def line(
    reference: str, boxes: Sequence[Box], whole: str | None, width: int, height: int, labels: Sequence[str]
) -> str:
    """The line of a picture at `s3://bucket/key`; `labels` are those of the whole dataset, in order."""
    row: dict[str, Any] = {"source-ref": reference}
    if whole is not None:
        row |= {ATTRIBUTE: labels.index(whole), f"{ATTRIBUTE}-metadata": _whole(whole)}
    elif boxes:
        row |= {
            ATTRIBUTE: {
                "image_size": [{"width": width, "height": height, "depth": 3}],
                "annotations": [_annotation(box, labels) for box in boxes],
            },
            f"{ATTRIBUTE}-metadata": _boxes(boxes, labels),
        }
    return json.dumps(row)


def _annotation(box: Box, labels: Sequence[str]) -> dict[str, int]:
    """A box in whole pixels, at least one wide and high."""
    left, top = round(box.left), round(box.top)
    right, bottom = round(box.left + box.width), round(box.top + box.height)
    return {
        "class_id": labels.index(box.label),
        "left": left,
        "top": top,
        "width": max(1, right - left),
        "height": max(1, bottom - top),
    }


def _boxes(boxes: Sequence[Box], labels: Sequence[str]) -> dict[str, Any]:
    own = sorted({labels.index(box.label) for box in boxes})
    return {
        "objects": [{"confidence": 1} for _ in boxes],
        "class-map": {str(number): labels[number] for number in own},
        "type": DETECTION,
        "human-annotated": "yes",
        "creation-date": CREATED,
        "job-name": "logostream",
    }


def _whole(label: str) -> dict[str, Any]:
    return {
        "confidence": 1,
        "class-name": label,
        "type": CLASSIFICATION,
        "human-annotated": "yes",
        "creation-date": CREATED,
        "job-name": "logostream",
    }


def parcels(lines: Sequence[str], most: int = MOST_BYTES_AT_ONCE) -> list[bytes]:
    """Lines in parcels of at most so many bytes, in order; a longer line is a parcel of its own."""
    packed: list[bytes] = []
    open_parcel = b""
    for one in lines:
        row = f"{one}\n".encode()
        if open_parcel and len(open_parcel) + len(row) > most:
            packed.append(open_parcel)
            open_parcel = b""
        open_parcel += row
    return [*packed, open_parcel] if open_parcel else packed
