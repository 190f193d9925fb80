"""Promises of reading Ground Truth manifests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.datasets import manifest
from shared.datasets.manifest import Box, LineProblem
from tests.unit.rekognition_local.pictures import boxed, whole

WORDS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    ("source-ref",),
    ("boxes",),
    ("boxes", "image_size"),
    ("boxes", "image_size", 0),
    ("boxes", "annotations"),
    ("boxes", "annotations", 0),
    ("boxes", "annotations", 0, "class_id"),
    ("boxes", "annotations", 0, "left"),
    ("boxes-metadata",),
    ("boxes-metadata", "objects"),
    ("boxes-metadata", "class-map"),
    ("boxes-metadata", "class-map", "0"),
    ("boxes-metadata", "type"),
]


def read(*lines: dict[str, Any] | str) -> manifest.Manifest:
    return manifest.read("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))


def reason(line: dict[str, Any] | str) -> str:
    found = read(line)
    assert not found.sources
    return found.problems[0].reason


def test_boxes_are_read_with_the_names_of_the_class_map() -> None:
    (source,) = read(boxed("a/scene 1.png", "Red Bull")).sources
    assert (source.bucket, source.key) == ("logos", "a/scene 1.png")
    assert source.boxes == (Box("Red Bull", 32, 16, 64, 48),)
    assert source.whole is None


def test_a_label_of_the_whole_is_read_by_class_name_and_by_class_map() -> None:
    mapped = whole("b.png", "")
    mapped["brand"] = 7
    del mapped["brand-metadata"]["class-name"]
    mapped["brand-metadata"]["class-map"] = {"7": "green"}
    by_name, by_map = read(whole("a.png", "red"), mapped).sources
    assert (by_name.whole, by_map.whole) == ("red", "green")


def test_a_picture_without_boxes_is_background() -> None:
    line = boxed("scene.png", "red")
    line["boxes"]["annotations"] = line["boxes-metadata"]["objects"] = []
    (source,) = read(line).sources
    assert not source.boxes


def test_bad_lines_are_told_by_number_and_do_not_harm_the_others() -> None:
    found = read("{", boxed("scene.png", "red"), "", "[1]")
    assert [source.line for source in found.sources] == [2]
    assert [problem.line for problem in found.problems] == [1, 4]
    assert str(LineProblem(4, "not a JSON object")) == str(found.problems[1]) == "line 4: not a JSON object"


@pytest.mark.parametrize("reference", [None, 7, "logos/a.png", "s3://logos", "s3:///a.png"])
def test_a_source_that_is_no_s3_address_is_told(reference: object) -> None:
    assert "source-ref" in reason({**boxed("a.png", "red"), "source-ref": reference})


def test_a_class_missing_in_the_class_map_is_told() -> None:
    line = boxed("a.png", "red")
    line["boxes-metadata"]["class-map"] = {"1": "red"}
    assert reason(line) == "class_id 0 is not in the class-map"


@pytest.mark.parametrize("side", [{"left": 300}, {"top": -1}, {"width": 0}, {"height": float("nan")}])
def test_an_empty_box_or_one_out_of_the_picture_is_told(side: dict[str, float]) -> None:
    line = boxed("a.png", "red")
    line["boxes"]["annotations"][0] |= side
    assert reason(line) == "a box of 'red' is empty or reaches out of the picture (320 x 160)"


def test_annotations_without_their_objects_are_told() -> None:
    line = boxed("a.png", "red")
    line["boxes-metadata"]["objects"] = []
    assert reason(line) == "1 annotations but 0 objects in the metadata"


def test_more_boxes_than_the_quota_are_told() -> None:
    line = boxed("a.png", "red")
    line["boxes"]["annotations"] *= 51
    line["boxes-metadata"]["objects"] *= 51
    assert reason(line) == "51 boxes; a picture may have 50"


def test_mixing_boxes_and_a_label_of_the_whole_is_told() -> None:
    assert "one logo only" in reason(boxed("a.png", "red") | whole("a.png", "green"))


def test_a_line_without_labels_is_told() -> None:
    assert "no label attribute" in reason({"source-ref": "s3://logos/a.png"})


@given(st.sampled_from(PLACES), WORDS)
def test_whatever_is_in_a_line_it_is_used_or_told(place: tuple[Any, ...], word: object) -> None:
    line = boxed("a.png", "red")
    holder: Any = line
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = word
    found = read(line)
    assert len(found.sources) + len(found.problems) == 1


@given(st.text())
def test_whatever_text_is_given_every_line_is_used_or_told(text: str) -> None:
    found = manifest.read(text)
    assert len(found.problems) == sum(bool(line.strip()) for line in text.splitlines())


@pytest.mark.parametrize(
    ("bad", "good", "refused"), [(0, 0, False), (2, 8, False), (3, 8, True), (1, 0, True)]
)
def test_more_than_a_fifth_of_bad_lines_is_too_much(bad: int, good: int, refused: bool) -> None:
    assert manifest.too_many(bad, good) is refused
