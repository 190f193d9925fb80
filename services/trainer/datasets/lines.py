"""Ground Truth manifest lines of labelled pictures, as Custom Labels reads them.

Format: the guide's "Object localization in manifest files" and "Image-level labels in manifest files".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shared.datasets import manifest_line
from shared.datasets.manifest import CLASSIFICATION, Box
from shared.datasets.manifest_line import Origin

ATTRIBUTE = "logos"
CREATED = "2026-01-01T00:00:00"  # the format wants a date; a fixed one makes the same picture the same line
ORIGIN = Origin(ATTRIBUTE, "logostream", CREATED)
MOST_BYTES_AT_ONCE = 5 * 1024 * 1024  # of UpdateDatasetEntries


def line(
    reference: str, boxes: Sequence[Box], whole: str | None, width: int, height: int, labels: Sequence[str]
) -> str:
    """The line of a picture at `s3://bucket/key`; `labels` are those of the whole dataset, in order."""
    if whole is not None:
        kind = {ATTRIBUTE: labels.index(whole), f"{ATTRIBUTE}-metadata": _whole(whole)}
        return json.dumps({"source-ref": reference, **kind})
    if boxes:
        return json.dumps(manifest_line.line(reference, (width, height), boxes, labels, ORIGIN))
    return json.dumps({"source-ref": reference})


def _whole(label: str) -> dict[str, Any]:
    return {
        "confidence": 1,
        "class-name": label,
        "type": CLASSIFICATION,
        "human-annotated": "yes",
        "creation-date": ORIGIN.created,
        "job-name": ORIGIN.job,
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
