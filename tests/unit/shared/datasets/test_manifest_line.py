"""Lines of manifests: training reads what is written, and no box lies outside of its picture."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.datasets.manifest import read
from shared.datasets.manifest_line import in_pixels, review_line

ratios = st.floats(-0.05, 1.05)
sizes = st.tuples(st.integers(1, 8000), st.integers(1, 8000))


def found(label: str, confidence: float, left: float, top: float) -> dict[str, Any]:
    sides = {"left": left, "top": top, "width": 0.25, "height": 0.5}
    return {"label": label, "confidence": confidence, **sides}


@given(ratios, ratios, ratios, ratios, sizes)
def test_a_box_in_pixels_lies_in_the_picture(
    left: float, top: float, width: float, height: float, size: tuple[int, int]
) -> None:
    made = in_pixels("Acme", {"left": left, "top": top, "width": abs(width), "height": abs(height)}, size)
    assert 0 <= made.left < made.left + made.width <= size[0]
    assert 0 <= made.top < made.top + made.height <= size[1]


@given(ratios, ratios, ratios, ratios, sizes, st.booleans())
def test_training_reads_every_line(
    left: float, top: float, other_left: float, other_top: float, size: tuple[int, int], by_people: bool
) -> None:
    boxes = [found("Bolt", 55.5, left, top), found("Acme", 91.0, other_left, other_top)]
    manifest = read(json.dumps(review_line("s3://b/k.jpg", size, boxes, "2026-01-01", by_people)))
    assert manifest.problems == ()
    [source] = manifest.sources
    assert source.place == "s3://b/k.jpg"
    assert source.boxes == tuple(in_pixels(box["label"], box, size) for box in boxes)


def test_a_line_is_what_ground_truth_writes() -> None:
    boxes = [found("Bolt", 55.5, 0.1, 0.2), found("Acme", 91.0, 0.5, 0.0)]
    assert review_line("s3://frames/a.jpg", (200, 100), boxes, "2026-01-01T00:00:00+00:00", False) == {
        "source-ref": "s3://frames/a.jpg",
        "bounding-box": {
            "image_size": [{"width": 200, "height": 100, "depth": 3}],
            "annotations": [
                {"class_id": 1, "top": 20, "left": 20, "width": 50, "height": 50},
                {"class_id": 0, "top": 0, "left": 100, "width": 50, "height": 50},
            ],
        },
        "bounding-box-metadata": {
            "objects": [{"confidence": 0.555}, {"confidence": 0.91}],
            "class-map": {"0": "Acme", "1": "Bolt"},
            "type": "groundtruth/object-detection",
            "human-annotated": "no",
            "creation-date": "2026-01-01T00:00:00+00:00",
            "job-name": "logostream/review",
        },
    }


def test_what_people_have_settled_is_certain() -> None:
    line = review_line("s3://b/k", (200, 100), [found("Acme", 40.0, 0.1, 0.2)], "2026-01-01", True)
    assert line["bounding-box-metadata"]["objects"] == [{"confidence": 1}]
    assert line["bounding-box-metadata"]["human-annotated"] == "yes"
